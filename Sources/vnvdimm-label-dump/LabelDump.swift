import ArgumentParser
import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

@main
struct LabelDump: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-label-dump",
    abstract: "Show the label area of a virtual NVDIMM's backend.", usage: "vnvdimm-label-dump [<options>] <path>",
    discussion: """
      PATH is a backend, or a file that holds nothing but a label area. The area is found by itself where an index \
      block is left in it; otherwise --label-size tells where it is.

      EXAMPLES
        vnvdimm-label-dump --map nv.img
        vnvdimm-label-dump --verify --slot 1 nv.img
        vnvdimm-label-dump --raw nv.img >labels.bin

      What each answer shows: man vnvdimm-label-dump
      """, version: Suite.version)

  @Argument(help: "The backend, or a raw label file.", completion: .file(), transform: utf8Path)
  var path: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Its size, at the end of what is mapped.", valueName: "size"),
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "What is mapped of the backend, where it is longer.", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(help: "The slot of the DIMM. (default: as the labels say)")
  var slot: Int?

  @Option(help: "For --verify: a boot, or a kernel that runs on.")
  var boot: BootKind = .cold

  @Flag(help: "List the labels in free slots too.")
  var all = false

  @Flag(help: "Print JSON: as ndctl read-labels -j, and more.")
  var json = false

  @Flag(help: "Write the bytes of the area to standard output.")
  var raw = false

  @Flag(help: "Print what is wrong, and what Linux makes of it.")
  var verify = false

  @Flag(help: "Draw the DIMM's addresses and the use of the slots.")
  var map = false

  @Option(help: ArgumentHelp("Write that picture to a new file, as SVG.", valueName: "file"), completion: .file())
  var svg: String?

  @Flag(help: "Read labels of a CXL device.")
  var cxl = false

  /// Not `validate`, which comes before an option that does not exist is told.
  private func checkOptions() throws {
    guard mappedSize?.bytes != 0 else { throw ValidationError("--size is 0, and nothing is mapped") }
    guard !raw || !json && !verify && !all && !map && svg == nil else {
      throw ValidationError("--raw cannot be combined with other answers")
    }
    guard !json || !map else { throw ValidationError("--map cannot be combined with --json") }
    guard (0..<InterleaveSetCookie.virtualSlots).contains(slot ?? 0) else {
      throw ValidationError("--slot \(slot ?? 0) is not a slot (expected 0 to \(InterleaveSetCookie.virtualSlots - 1))")
    }
  }

  func run() throws {
    try checkOptions()
    let backend = try Backend(path: FilePath(path))
    if try backend.unfinishedChange() != nil {
      let warning = BackendError(backend.path, .unfinishedChange).commandFailure
      StandardStream.diagnose("\(Self.programName): \(path): \(warning.fact)")
      if let hint = warning.hint { StandardStream.diagnose("hint: \(hint)") }
    }
    let source = try LabelAreaSource(
      backend, mappedSize: mappedSize?.bytes, labelSize: labelSize?.bytes,
      command: LabelAreaCommand(Self.programName, labelSizeOption: "--label-size"))
    guard !raw else { return try StandardStream.answer(bytes: source.bytes) }
    let area: LabelArea
    do { area = try LabelArea(source.bytes) } catch { throw error.failure(at: path) }
    let mayBeCXL = cxl || source.regionSize == nil && slot == nil
    let isWrittenByLinux = mayBeCXL && area.isOfCXLRegion
    if !isWrittenByLinux, cxl || source.regionSize == nil && area.claimsCXL {
      try show(CXLExamination(source, area))
    } else {
      try show(Examination(source, area, slot: slot, boot: boot, isOfCXLDevice: isWrittenByLinux))
    }
  }

  private func show(_ examination: Examination) throws {
    if let svg { try PictureFile(svg).write(MapDrawing(examination).text) }
    if json {
      try StandardStream.answer(JSONAnswer.text(of: DumpDocument(examination)))
    } else if map {
      try StandardStream.answer(MapText(examination, paint: .standardOutput).text + tail(examination.findings))
    } else {
      let text = DumpText(examination, listsFreeSlots: all)
      try StandardStream.answer(text.area + (verify ? text.verification : examination.findings.summary))
    }
    try leave(examination.findings)
  }

  private func show(_ examination: CXLExamination) throws {
    guard !map, svg == nil else {
      throw CommandFailure(
        .unsupported, path, "pictures show NVDIMMs only", hint: "vnvdimm-label-dump \(path.shellQuoted)")
    }
    if json {
      try StandardStream.answer(JSONAnswer.text(of: CXLDocument(examination)))
    } else {
      let text = CXLText(examination: examination, listsFreeSlots: all).text
      try StandardStream.answer(text + tail(examination.findings))
    }
    try leave(examination.findings)
  }

  private func tail(_ findings: [Finding]) -> String {
    verify ? "\n\n" + findings.listing.joined(separator: "\n") : findings.summary
  }

  /// Ends the program with what `--verify` found.
  private func leave(_ findings: [Finding]) throws {
    guard verify, let worst = findings.map(\.severity).max() else { return }
    switch worst {
    case .error: throw ExitStatus.damaged.exitCode
    case .warning: throw ExitStatus.irregular.exitCode
    case .note: return
    }
  }
}

extension BootKind: ExpressibleByArgument {}
