import Foundation
import TestSupport
import Testing

extension CheckTableTests {
  /// Smaller sizes, all alignments, all label sizes, and the places of the label area.
  static let places = created + refused + unaligned + removed + labelled + located

  /// The guest makes no namespace of a single page.
  private static let created: [CheckRow] = [
    ("4097", UInt64(8192), UInt64(4096), Int32(2)), ("67112960", 67_112_960, 67_112_960, 3),
  ].map { (size: String, length: UInt64, region: UInt64, status: Int32) in
    CheckRow(
      file: .missing, size: size, region: region, change: "created", length: length,
      rules: ["backend-missing"], status: status)
  }

  private static let refused: [CheckRow] = [("1K", "0x400"), ("1", "0x1")].map { (size: String, hexadecimal: String) in
    CheckRow(
      file: .missing, size: size, message: tooSmall(hexadecimal, "0x0", "0x1000"), change: "created", length: 4096,
      rules: ["backend-missing", "region-no-room"], status: 2)
  }

  private static let unaligned: [CheckRow] = [
    ("1", "0x1"), ("512", "0x200"), ("1K", "0x400"), ("2K", "0x800"), ("3K", "0xc00"), ("6K", "0x1800"),
  ].map { (alignment: String, hexadecimal: String) in
    CheckRow(
      file: whole, align: alignment, message: "alignment \(hexadecimal) must be multiples of page size 0x1000",
      rules: ["backend-alignment"], status: 2)
  }

  /// QEMU removes the file that it has created.
  private static let removed: [CheckRow] = [
    ("3", "alignment 0x3 must be multiples of page size 0x1000"), ("3M", "alignment 0x300000 must be a power of two"),
  ].map { (alignment: String, message: String) in
    CheckRow(
      file: .missing, align: alignment, message: message, rules: ["backend-missing", "backend-alignment"], status: 2)
  }

  private static let labelled: [CheckRow] = [
    ("132K", UInt64(66_973_696)), ("2M", 65_011_712), ("8M", 58_720_256), ("32M", 33_554_432),
  ].map { (label: String, region: UInt64) in
    let isWhole = region.isMultiple(of: 16 << 20)
    return CheckRow(
      file: whole, label: label, region: region, labelOffset: region,
      rules: isWhole ? ["label-area-blank"] : ["guest-alignment", "label-area-blank"], status: isWhole ? 0 : 3)
  }

  private static let located: [CheckRow] = [
    CheckRow(file: whole, align: "4K", region: 67_108_864, rules: [], status: 0),
    CheckRow(file: whole, align: "4M", region: 67_108_864, rules: [], status: 0),
    CheckRow(file: .length(1 << 30), size: "1G", align: "1G", region: 1 << 30, rules: [], status: 0),
    CheckRow(
      file: whole, label: "67104768", region: 4096, labelOffset: 4096,
      rules: ["guest-alignment", "label-area-blank", "namespace-too-small"], status: 2),
    CheckRow(
      file: .length(100 << 10), size: "100K", label: "128K", message: tooSmall("0x19000", "0x20000", "0x1000"),
      rules: ["region-no-room"], status: 2),
    CheckRow(
      file: .length(135_168), size: "131073", label: "128K", message: tooSmall("0x20001", "0x20000", "0x1000"),
      rules: ["region-no-room"], status: 2),
    CheckRow(
      file: .length(96 << 20), label: "128K", region: 66_977_792, labelOffset: 0x3fe_0000,
      rules: ["backend-larger", "guest-alignment", "label-area-blank"], status: 3),
    CheckRow(
      file: .length(67_112_960), size: "67108865", label: "128K", region: 66_977_792, labelOffset: 0x3fe_0001,
      rules: ["size-not-page-multiple", "backend-larger", "region-gap", "guest-alignment", "label-area-blank"],
      status: 3),
    CheckRow(
      file: whole, label: "131073", region: 66_973_696, labelOffset: 0x3fd_ffff,
      rules: ["region-gap", "guest-alignment", "label-area-blank"], status: 3),
    CheckRow(
      file: .length(5 << 30), size: "5G", label: "4295098368", region: (1 << 30) - (128 << 10),
      rules: ["label-size-too-large", "guest-alignment"], status: 63),
  ]

  private static func memory(_ slots: String?, _ maximum: String?) -> [String] {
    [("--slots", slots), ("--maxmem", maximum)].reduce(["--ram", "256M"]) { arguments, option in
      arguments + (option.1.map { [option.0, $0] } ?? [])
    }
  }

  /// Slots and maxmem against the sizes of the devices.
  static let machines: [CheckRow] =
    [
      (nil, "4G", "no slots where allocated, please specify the 'slots' option", "machine-slot"),
      ("2", nil, "slots specified but no max-size", "machine-slot"),
      (
        "2", "256M",
        "invalid value of maxmem: memory slots were specified but maximum memory size (0x10000000) is equal to the "
          + "initial memory size (0x10000000)", "machine-memory"
      ),
      (
        "2", "128M",
        "invalid value of maxmem: maximum memory size (0x8000000) must be at least the initial memory size "
          + "(0x10000000)", "machine-memory"
      ),
      ("2", "4294967297", "maximum memory size must by aligned to multiple of 4096 bytes", "machine-memory"),
      (
        "2", "335540224",
        "not enough space, currently 0x0 in use of total space for memory devices 0x3fff000", "machine-memory"
      ),
      ("257", "4G", "unsupported amount of memory slots: 257", "machine-slot"),
    ].map { (slots: String?, maximum: String?, message: String, rule: String) in
      CheckRow(file: whole, message: message, memory: memory(slots, maximum), rules: [rule], status: 2)
    }
    + [
      CheckRow(file: whole, region: 67_108_864, memory: memory("2", "320M"), rules: [], status: 0),
      // Only the region counts.
      CheckRow(
        file: whole, label: "128K", region: 66_977_792, memory: memory("2", "335413248"),
        rules: ["guest-alignment", "label-area-blank"], status: 3),
      CheckRow(
        file: whole, message: "invalid slot number 4, valid range is [0-3]",
        memory: memory("4", "4G") + ["--slot", "4"], rules: ["machine-slot"], status: 2),
      CheckRow(
        file: whole, message: "invalid slot number -2, valid range is [0-3]",
        memory: memory("4", "4G") + ["--slot", "-2"], rules: ["machine-slot"], status: 2),
    ]

  /// Runs the check as an unprivileged user who owns nothing, in a folder that everyone may enter.
  private func unprivileged(_ name: String, mode: Int?, in folder: TemporaryDirectory) throws -> CheckAnswer {
    if let mode {
      try Self.whole.make(in: folder, name: name)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path(name))
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/setpriv"),
      [
        "--reuid", "65534", "--regid", "65534", "--clear-groups", ProgramRun.products.path + "/vnvdimm-check", "--json",
        "--qemu-version", "7.2", "--size", "64M", name,
      ], in: folder.url)
    return try #require(CheckAnswer.all(of: run).first, "\(run.errors)")
  }

  @Test(
    "a file that may only be read, or not even that, and a folder that takes no file",
    .enabled(if: getuid() == 0, "another user can be had by root alone"),
    arguments: [(0o444, "backend-inaccessible", 2), (0, "backend-inaccessible", 2), (nil, "backend-inaccessible", 2)])
  func denied(mode: Int?, rule: String, status: Int32) throws {
    let answer = try unprivileged("nv.img", mode: mode, in: TemporaryDirectory())
    #expect(answer.prediction.message == "can't open backing store nv.img for guest RAM: Permission denied")
    #expect(answer.rules.contains(rule), "\(answer.rules)")
    #expect(answer.status == status)
  }

  @Test("no path at all") func emptyPath() throws {
    let folder = try TemporaryDirectory()
    let (answer, run) = try CheckAnswer.one(["", "--size", "64M", "--qemu-version", "7.2"], in: folder.url)
    #expect(
      answer.prediction.message == "can't open backing store  for guest RAM: No such file or directory")
    #expect(run.status == 2)
  }
}
