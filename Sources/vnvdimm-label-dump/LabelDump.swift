import ArgumentParser
import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

@main
struct LabelDump: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-label-dump",
    abstract: "Show the label area of a virtual NVDIMM's backend.",
    discussion: """
      PATH is a backend, or a file that holds nothing but a label area (ndctl read-labels). The area is found by \
      itself where an index block is left in it; otherwise --label-size tells where it is.
      """, version: Suite.version)

  @Argument(help: "The backend, or a raw label file.", completion: .file())
  var path: String

  @Option(parsing: .unconditional, help: "The size of the label area, at the end of what is mapped.", transform: size)
  var labelSize: ByteCount?

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "What is mapped of the backend, where it is longer.", transform: size)
  var mappedSize: ByteCount?

  @Option(help: "The slot of the DIMM. (default: that of the labels' cookies, or else 0)")
  var slot: Int?

  @Option(help: "For --verify: a boot, or a DIMM that showed labels before in a running kernel.")
  var boot: BootKind = .cold

  @Flag(help: "List the labels in free slots as well: what updates and deletions left.")
  var all = false

  @Flag(help: "Print JSON: what ndctl read-labels -j prints, and more.")
  var json = false

  @Flag(help: "Write the bytes of the area to standard output, as ndctl read-labels does.")
  var raw = false

  @Flag(help: "Print what is wrong, and what Linux makes of it; the exit status tells the worst.")
  var verify = false

  func validate() throws {
    guard !raw || !json && !verify && !all else {
      throw ValidationError("--raw cannot be combined with --json, --verify or --all")
    }
    guard (0..<InterleaveSetCookie.virtualSlots).contains(slot ?? 0) else {
      throw ValidationError("--slot \(slot ?? 0) is not a slot (expected 0 to \(InterleaveSetCookie.virtualSlots - 1))")
    }
  }

  func run() throws {
    let source = try DumpSource(path: path, mappedSize: mappedSize?.bytes, labelSize: labelSize?.bytes)
    guard !raw else { return try StandardStream.answer(bytes: source.bytes) }
    let examination = try Examination(source, slot: slot, boot: boot)
    if json {
      try StandardStream.answer(JSONAnswer.text(of: DumpDocument(examination)))
    } else {
      let text = DumpText(examination, listsFreeSlots: all)
      try StandardStream.answer(text.area + (verify ? text.verification : text.summary))
    }
    guard verify, let worst = examination.findings.map(\.severity).max() else { return }
    switch worst {
    case .error: throw ExitStatus.damaged.exitCode
    case .warning: throw ExitStatus.irregular.exitCode
    case .note: return
    }
  }
}

extension BootKind: ExpressibleByArgument {}
