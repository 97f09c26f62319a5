import Foundation
import TestSupport
import Testing

/// The state of `nv.img` before a check.
enum CheckedFile: Sendable, CustomStringConvertible {
  case length(UInt64)
  case missing
  case directory
  case fifo
  case link(to: String)

  func make(in folder: TemporaryDirectory, name: String = "nv.img") throws {
    let path = folder.path(name)
    switch self {
    case .length(let length):
      try Data().write(to: URL(fileURLWithPath: path))
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: length)
      try file.close()
    case .missing: break
    case .directory: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case .fifo: _ = try ProgramRun(executable: URL(fileURLWithPath: "/usr/bin/mkfifo"), [path])
    case .link(let target): try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }
  }

  var description: String {
    switch self {
    case .length(let length): "\(length) bytes"
    case .missing: "nothing"
    case .directory: "directory"
    case .fifo: "fifo"
    case .link(let target): "link to \(target)"
    }
  }
}

/// One row of the tables of QEMU 7.2's behaviour: a file, options, and either the message or the guest's view.
struct CheckRow: Sendable, CustomTestStringConvertible {
  let file: CheckedFile
  var size: String? = "64M"
  var label: String?
  var align: String?
  /// QEMU's message, or `nil` if it starts.
  var message: String?
  var region: UInt64?
  var change: String?
  /// The length to which QEMU extends the file.
  var length: UInt64?
  var labelOffset: UInt64?
  /// The warnings that QEMU prints as well.
  var warnings: [String] = []
  /// The RAM, slots and maxmem options; if empty, there is enough of each.
  var memory: [String] = []
  let rules: [String]
  let status: Int32

  var testDescription: String { (["\(file)"] + arguments).joined(separator: " ") }

  var arguments: [String] {
    [("--size", size), ("--label-size", label), ("--align", align)].flatMap { name, value in
      value.map { [name, $0] } ?? []
    } + memory
  }
}

/// Rows observed with QEMU 7.2.22 that concern the file, size, alignment and label size.
@Suite("vnvdimm-check says what QEMU 7.2 says")
struct CheckTableTests {
  static let whole = CheckedFile.length(64 << 20)
  private static let notMatching = "does not match 'size' option 0x4000000"

  static let files: [CheckRow] = [
    CheckRow(file: whole, region: 67_108_864, rules: [], status: 0),
    CheckRow(file: .length(67_112_960), region: 67_108_864, rules: ["backend-larger"], status: 3),
    CheckRow(file: .length(128 << 20), region: 67_108_864, rules: ["backend-larger"], status: 3),
    CheckRow(
      file: .length(67_104_768), message: "backing store size 0x3fff000 \(notMatching)", rules: ["backend-smaller"],
      status: 2),
    CheckRow(
      file: .length(67_108_863), message: "backing store size 0x3ffffff \(notMatching)", rules: ["backend-smaller"],
      status: 2),
    CheckRow(
      file: .length(1), message: "backing store size 0x1 \(notMatching)", rules: ["backend-smaller"], status: 2),
    CheckRow(
      file: .length(0), region: 67_108_864, change: "extended", length: 67_108_864, rules: ["backend-empty"], status: 3),
    CheckRow(
      file: .missing, region: 67_108_864, change: "created", length: 67_108_864, rules: ["backend-missing"], status: 3),
    CheckRow(file: .directory, region: 67_108_864, change: "volatile", rules: ["backend-directory"], status: 63),
    CheckRow(
      file: .fifo, message: "unable to map backing store for guest RAM: No such device",
      rules: ["backend-unsuitable"], status: 2),
    CheckRow(
      file: .link(to: "/dev/zero"), change: "volatile", warnings: ["ftruncate: Invalid argument"],
      rules: ["backend-unsuitable"], status: 63),
    CheckRow(
      file: .link(to: "/dev/null"), message: "unable to map backing store for guest RAM: No such device",
      warnings: ["ftruncate: Invalid argument"], rules: ["backend-unsuitable"], status: 2),
    CheckRow(
      file: whole, size: "0", message: "property 'size' of memory-backend-file doesn't take value '0'",
      rules: ["qemu-refuses"], status: 2),
  ]

  static let sizes: [CheckRow] = [
    CheckRow(
      file: .missing, size: "67108865", region: 67_108_864, change: "created", length: 67_112_960,
      rules: ["backend-missing", "size-not-page-multiple", "region-gap"], status: 3),
    CheckRow(
      file: .length(67_108_865), size: "67108865",
      message: "backing store size 0x4000001 does not match 'size' option 0x4001000", rules: ["backend-smaller"],
      status: 2),
    CheckRow(
      file: .length(8192), size: "4097", region: 4096,
      rules: ["size-not-page-multiple", "backend-larger", "region-gap", "guest-alignment", "namespace-too-small"],
      status: 2),
    CheckRow(
      file: .length(4096), size: "4K", region: 4096, rules: ["guest-alignment", "namespace-too-small"], status: 2),
    CheckRow(
      file: .length(4096), size: "1K",
      message: "the size of memdev mem1 (0x400) is too small to contain nvdimm label (0x0) and aligned PMEM (0x1000)",
      rules: ["region-no-room"], status: 2),
    CheckRow(file: .length(65 << 20), size: "65M", region: 68_157_440, rules: ["guest-alignment"], status: 3),
    CheckRow(file: .length(6 << 20), size: "6M", region: 6_291_456, rules: ["guest-alignment"], status: 3),
    CheckRow(file: .length(3 << 19), size: "1.5M", region: 1_572_864, rules: ["guest-alignment"], status: 3),
  ]

  static func tooSmall(_ size: String, _ label: String, _ alignment: String) -> String {
    "the size of memdev mem1 (\(size)) is too small to contain nvdimm label (\(label)) and aligned PMEM (\(alignment))"
  }

  static let alignments: [CheckRow] = [
    CheckRow(file: whole, align: "0", region: 67_108_864, rules: [], status: 0),
    CheckRow(file: whole, align: "64K", region: 67_108_864, rules: [], status: 0),
    CheckRow(file: whole, align: "2M", region: 67_108_864, rules: [], status: 0),
    CheckRow(
      file: whole, align: "3", message: "alignment 0x3 must be multiples of page size 0x1000",
      rules: ["backend-alignment"], status: 2),
    CheckRow(
      file: whole, align: "4097", message: "alignment 0x1001 must be multiples of page size 0x1000",
      rules: ["backend-alignment"], status: 2),
    CheckRow(
      file: whole, align: "3M", message: "alignment 0x300000 must be a power of two", rules: ["backend-alignment"],
      status: 2),
    CheckRow(
      file: whole, align: "1G", message: tooSmall("0x4000000", "0x0", "0x40000000"), rules: ["region-no-room"],
      status: 2),
    CheckRow(
      file: .length(65 << 20), size: "65M", align: "2M", region: 67_108_864, rules: ["region-gap"], status: 0),
    CheckRow(
      file: whole, label: "128K", align: "2M", region: 65_011_712,
      rules: ["region-gap", "guest-alignment", "label-area-blank"], status: 3),
    CheckRow(
      file: .length(2 << 20), size: "2M", label: "128K", align: "2M",
      message: tooSmall("0x200000", "0x20000", "0x200000"),
      rules: ["region-no-room"], status: 2),
    CheckRow(
      file: .length(4 << 20), size: "4M", label: "128K", align: "2M", region: 2_097_152,
      rules: ["region-gap", "guest-alignment", "label-area-blank"], status: 3),
    CheckRow(
      file: .length(67_239_936), size: "67239936", label: "128K", align: "2M", region: 67_108_864,
      rules: ["label-area-blank"], status: 0),
  ]

  static let labels: [CheckRow] =
    [("0", "0x0"), ("1", "0x1"), ("64K", "0x10000"), ("131071", "0x1ffff")].map { label, hexadecimal in
      CheckRow(
        file: whole, label: label,
        message: "Property 'nvdimm.label-size' (\(hexadecimal)) is required at least 0x20000",
        rules: ["label-size"], status: 2)
    }
    + [("128K", 66_977_792), ("256K", 66_846_720), ("1M", 66_060_288)].map { (label: String, region: UInt64) in
      CheckRow(file: whole, label: label, region: region, rules: ["guest-alignment", "label-area-blank"], status: 3)
    }
    + [("131073", 66_973_696), ("130K", 66_973_696)].map { (label: String, region: UInt64) in
      CheckRow(
        file: whole, label: label, region: region, rules: ["region-gap", "guest-alignment", "label-area-blank"],
        status: 3)
    }
    + [
      ("64M", "0x4000000"), ("67108863", "0x3ffffff"), ("128M", "0x8000000"), ("4G", "0x100000000"),
      ("18446744073709551615", "0xffffffffffffffff"),
    ].map { label, hexadecimal in
      CheckRow(
        file: whole, label: label, message: tooSmall("0x4000000", hexadecimal, "0x1000"), rules: ["region-no-room"],
        status: 2)
    } + [
      CheckRow(
        file: .length(128 << 10), size: "128K", label: "128K", message: tooSmall("0x20000", "0x20000", "0x1000"),
        rules: ["region-no-room"], status: 2),
      CheckRow(
        file: .length(132 << 10), size: "132K", label: "128K", region: 4096,
        rules: ["guest-alignment", "label-area-blank", "namespace-too-small"], status: 2),
    ]

  @Test(arguments: files + sizes + alignments + labels + places + machines)
  func row(_ row: CheckRow) throws {
    let folder = try TemporaryDirectory()
    try row.file.make(in: folder)
    let (answer, run) = try CheckAnswer.one(["nv.img", "--qemu-version", "7.2"] + row.arguments, in: folder.url)
    #expect(answer.prediction.message == row.message)
    #expect(answer.prediction.starts == (row.message == nil))
    if let region = row.region { #expect(answer.backend.guest_size == region) }
    if let offset = row.labelOffset { #expect(answer.backend.label_area.offset == offset) }
    #expect(answer.prediction.warnings == row.warnings)
    #expect(answer.change?.kind == row.change)
    if let length = row.length { #expect(answer.change?.to == length) }
    let rules = (answer.findings + answer.machineFindings).map(\.rule)
    #expect(Set(rules).isSuperset(of: row.rules), "\(rules)")
    #expect(rules.count == row.rules.count || row.file.isOdd, "\(rules)")
    #expect(run.status == row.status)
    #expect(answer.status == row.status)
  }

  @Test("a dangling symbolic link keeps QEMU busy for ever")
  func danglingLink() throws {
    let folder = try TemporaryDirectory()
    try CheckedFile.link(to: "nowhere").make(in: folder)
    let (answer, run) = try CheckAnswer.one(["nv.img", "--size", "64M"], in: folder.url)
    #expect(answer.prediction.outcome == "hangs")
    #expect(answer.prediction.starts == false)
    #expect(answer.rules == ["backend-dangling-link"])
    #expect(run.status == 2)
  }

  @Test("no folder, no file")
  func missingFolder() throws {
    let folder = try TemporaryDirectory()
    let (answer, run) = try CheckAnswer.one(["nodir/nv.img", "--size", "64M"], in: folder.url)
    #expect(
      answer.prediction.message
        == "can't open backing store nodir/nv.img for guest RAM: No such file or directory")
    #expect(run.status == 2)
  }
}

extension CheckedFile {
  /// Whether this is not a regular file, in which case several findings may report it.
  fileprivate var isOdd: Bool {
    if case .length = self { false } else { true }
  }
}
