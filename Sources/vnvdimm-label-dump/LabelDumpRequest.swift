import Basics
import CommandSupport
import PersistentMemory
import Storage
import SystemPackage

/// One call of the program: the label area to show, and the form. The defaults are those of a call with only a path.
struct LabelDumpRequest {
  enum Form {
    case text, json, map
    /// The bytes of the area.
    case raw
  }

  private let path: String
  /// L and S in bytes; `nil` if they have to be found.
  var labelSize: UInt64?
  var mappedSize: UInt64?
  /// The slot of the DIMM; `nil` for the slot of its labels.
  var slot: Int?
  var boot = BootKind.cold
  var linux = LinuxRelease.newest
  var listsFreeSlots = false
  var form = Form.text
  /// Whether to report what is wrong, and how Linux treats it.
  var isVerified = false
  var picture: PictureFile?
  var isCXL = false
  /// The serial number of the CXL device; `nil` for the one in its labels.
  var serialNumber: UInt64?

  init(_ path: String) { self.path = path }

  /// Prints the answer; exits with a status if verification finds damage.
  func run() throws {
    let backend = try Backend(path: FilePath(path))
    try backend.checkSettled()
    let source = try LabelAreaSource(
      backend, mappedSize: labelSize == nil ? LabelAreaUse.searchEnd(in: backend, mappedSize: mappedSize) : mappedSize,
      labelSize: labelSize,
      command: .typed(LabelDump.programName))
    guard form != .raw else { return try StandardStream.answer(bytes: source.bytes) }
    let area: LabelArea
    do { area = try LabelArea(source.bytes, under: linux) } catch { throw error.failure(at: path) }
    let mayBeCXL = isCXL || source.regionSize == nil && slot == nil
    let isWrittenByLinux = mayBeCXL && area.isOfCXLRegion
    if serialNumber != nil, !isWrittenByLinux {
      throw CommandFailure(
        .usage, path, "has no labels of a CXL device, for which --serial is meant",
        hint: .command("vnvdimm-label-dump", path: path))
    }
    if !isWrittenByLinux, isCXL || source.regionSize == nil && area.claimsCXL {
      try show(CXLExamination(source, area))
    } else {
      let use =
        source.regionSize == nil ? nil : try LabelAreaUse(of: source, in: backend, mappedSize: mappedSize)
      let examination = Examination(
        source, area, use: use, slot: slot, boot: boot, linux: linux, isOfCXLDevice: isWrittenByLinux,
        serialNumber: serialNumber, condition: source.regionSize == nil ? .none : KeptCondition(beside: backend))
      if let picture { try picture.write(MapDrawing(examination), mode: backend.modeOfCopies) }
      try show(examination)
    }
  }

  private func show(_ examination: Examination) throws {
    switch form {
    case .json: try StandardStream.answer(examination.json)
    case .map:
      try StandardStream.answer(
        painted: MapText(examination, paint: .standardOutput).text + tail(examination.findings).linesEscapedForTerminal)
    case .text, .raw:
      let text = DumpText(examination, listsFreeSlots: listsFreeSlots)
      try StandardStream.answer(text.area + (isVerified ? text.verification : examination.findings.summary))
    }
    try leave(examination.findings)
  }

  private func show(_ examination: CXLExamination) throws {
    guard form != .map, picture == nil else {
      throw CommandFailure(
        .unsupported, path, "pictures show NVDIMMs only", hint: .command("vnvdimm-label-dump", path: path))
    }
    if form == .json {
      try StandardStream.answer(examination.json)
    } else {
      let text = CXLText(examination: examination, listsFreeSlots: listsFreeSlots).text
      try StandardStream.answer(text + tail(examination.findings))
    }
    try leave(examination.findings)
  }

  private func tail(_ findings: [Finding]) -> String {
    isVerified ? "\n\n" + findings.listing.joined(separator: "\n") : findings.summary
  }

  /// Exits with the status of the verification.
  private func leave(_ findings: [Finding]) throws {
    guard isVerified, let worst = findings.map(\.severity).max() else { return }
    switch worst {
    case .error: throw ExitStatus.damaged.exitCode
    case .warning: throw ExitStatus.irregular.exitCode
    case .note: return
    }
  }
}
