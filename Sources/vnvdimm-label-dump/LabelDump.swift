public import ArgumentParser
import Basics
package import CommandSupport
public import PersistentMemory

/// The program, for its own executable and for the suite's.
package var program: any Program.Type { LabelDump.self }

struct LabelDump: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-label-dump",
    abstract: "Show the label area of a virtual NVDIMM's backend.", usage: "vnvdimm-label-dump [<options>] <path>",
    discussion: """
      PATH is a backend, or a file that holds only a label area. The label area is found automatically if one of its \
      index blocks is valid; otherwise give its size with --label-size.

      EXAMPLES
        vnvdimm-label-dump --map nv.img
        vnvdimm-label-dump --verify --slot 1 nv.img
        vnvdimm-label-dump --raw nv.img >labels.bin

      What each answer shows: man vnvdimm-label-dump
      """, version: Suite.version)

  @Argument(help: "The backend, or a raw label file.", completion: .file(), transform: utf8Path)
  var path: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The size of the label area.", valueName: "size"),
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The mapped size, if the backend is longer.", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(help: "The slot of the DIMM. (default: as the labels show)")
  var slot: Int?

  @Option(help: "For --verify: a boot, or a running kernel.")
  var boot: BootKind = .cold

  @Option(
    name: .customLong("linux"), parsing: .unconditional,
    help: ArgumentHelp(
      "For --verify: the guest's Linux, 5.10 or later. (default: 7.3)", valueName: "release"),
    completion: .linuxReleases, transform: linuxRelease)
  var linux: LinuxRelease?

  @Flag(help: "Also list the labels in free slots.")
  var all = false

  @Flag(help: "Print JSON: as ndctl read-labels -j, and more.")
  var json = false

  @Flag(help: "Write the bytes of the area to standard output.")
  var raw = false

  @Flag(help: "Print what is wrong, and what Linux will show.")
  var verify = false

  @Flag(help: "Draw a map of the backend and of the label slots.")
  var map = false

  @Option(help: ArgumentHelp("Write this map to a new SVG file.", valueName: "file"), completion: .file())
  var svg: String?

  @Flag(help: "Read the labels of a CXL device.")
  var cxl = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The serial number of the CXL device. (default: as the labels show)", valueName: "number"),
    transform: serialNumber)
  var serial: UInt64?

  @OptionGroup var color: ColorOption

  /// Checks the options. This is not `validate`, which would run before an unknown option is reported.
  private func checkOptions() throws {
    guard mappedSize?.bytes != 0 else { throw ValidationError("--size is 0, and nothing is mapped") }
    guard !raw || !json && !verify && !all && !map && svg == nil else {
      throw ValidationError("--raw cannot be combined with other answers")
    }
    guard !json || !map else { throw ValidationError("--map cannot be combined with --json") }
    guard serial == nil || slot == nil else { throw ValidationError("--serial is a CXL device's, --slot an NVDIMM's") }
    guard (0..<InterleaveSetCookie.virtualSlots).contains(slot ?? 0) else {
      throw ValidationError("--slot \(slot ?? 0) is not a slot (expected 0 to \(InterleaveSetCookie.virtualSlots - 1))")
    }
  }

  func run() throws {
    try checkOptions()
    var request = LabelDumpRequest(path)
    request.labelSize = labelSize?.bytes
    request.mappedSize = mappedSize?.bytes
    request.slot = slot
    request.boot = boot
    request.linux = linux ?? .newest
    request.listsFreeSlots = all
    request.form = raw ? .raw : json ? .json : map ? .map : .text
    request.isVerified = verify
    request.picture = svg.map { PictureFile($0) }
    request.isCXL = cxl || serial != nil
    request.serialNumber = serial
    try request.run()
  }

  /// Returns the action for `arguments` that are a single path; `nil` if the parser has to read them. The parser finds
  /// its options by reflection, which takes longer than showing a label area.
  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)? {
    // A replacement character stands for bytes that were not UTF-8.
    guard arguments.count == 1, let path = arguments.first, !path.hasPrefix("-"), !path.contains("\u{FFFD}") else {
      return nil
    }
    return {
      try LabelDumpRequest(path).run()
      return .done
    }
  }
}

/// Reads the value of `--serial` in the format of sysfs and ndctl, or in decimal.
private func serialNumber(_ text: String) throws -> UInt64 {
  let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  guard let number = digits, text.first != "+" else {
    throw ValidationError("'\(text)' is not a serial number (expected 0x0 to 0xffffffffffffffff)")
  }
  return number
}

extension BootKind: ExpressibleByArgument {}
