import Basics
import PersistentMemory
import QEMU
import Testing

/// One row: the state of the path, the options, and what QEMU does with it.
struct SizingCase: Sendable, CustomTestStringConvertible {
  var state: BackendState
  var size: UInt64 = 64 << 20
  var label: UInt64?
  var align: UInt64 = 0
  var message: String?
  var region: UInt64?
  var change = BackendPrediction.Change.none
  var warnings: [String] = []
  var fileSystem = HostFileSystem.common

  var testDescription: String { "\(state) size \(size) label \(label ?? 0) align \(align)" }

  /// Returns QEMU's predicted behaviour for a machine that has an NVDIMM on `nv.img`, which is as the row says.
  func start(_ release: QEMURelease, _ architecture: Architecture = .x86_64) throws -> MachinePrediction {
    let rules = SizingRules(release, architecture)
    var command = QEMUCommand(ofMachineOn: architecture, release, ram: 512 << 20, slots: nil, maximum: nil)
    do throws(QEMUStop) {
      try command.add(file: "nv.img", id: "mem1", size: size, alignment: align == 0 ? nil : align)
    } catch {
      var prediction = MachinePrediction()
      prediction.stop = error
      return prediction
    }
    command.add(nvdimmOn: "mem1", labelSize: label, slot: nil, hasUUID: rules.requiresUUID)
    var startup = MachineStartup(command, rules) { _ in
      HostPath(forWriting: state, forReading: state, identity: "nv.img", fileSystem: fileSystem)
    }
    startup.run()
    return startup.prediction
  }

  func check(_ release: QEMURelease, _ architecture: Architecture = .x86_64) throws {
    let prediction = try start(release, architecture)
    #expect(prediction.message == message)
    if message == nil { #expect(prediction.stop == nil) }
    if let region { #expect(prediction.devices.first?.geometry?.regionSize == region) }
    #expect(prediction.backends.first { $0.request != nil }?.change ?? .none == change)
    #expect(prediction.warnings == warnings)
    #expect(prediction.devices.count == (message == nil ? 1 : 0))
  }
}

/// Tables of the observed behaviour of QEMU 7.2 with files, sizes, alignments and label sizes.
@Suite("Sizes under the rules of QEMU 7.2")
struct SizingRulesTests {
  private static let file64M = BackendState.file(size: 64 << 20)

  static let files: [SizingCase] = [
    SizingCase(state: file64M, region: 64 << 20),
    SizingCase(state: .file(size: 64 << 20 + 4096), region: 64 << 20),
    SizingCase(state: .file(size: 128 << 20), region: 64 << 20),
    SizingCase(
      state: .file(size: 0x3fff000), message: "backing store size 0x3fff000 does not match 'size' option 0x4000000"),
    SizingCase(
      state: .file(size: 0x3ffffff), message: "backing store size 0x3ffffff does not match 'size' option 0x4000000"),
    SizingCase(state: .file(size: 1), message: "backing store size 0x1 does not match 'size' option 0x4000000"),
    SizingCase(state: .file(size: 0), region: 64 << 20, change: .extended(from: 0, to: 67_108_864)),
    SizingCase(state: .missing, region: 64 << 20, change: .created(size: 67_108_864)),
    SizingCase(
      state: .inaccessible("No such file or directory"),
      message: "can't open backing store nv.img for guest RAM: No such file or directory"),
    SizingCase(
      state: .inaccessible("Permission denied"),
      message: "can't open backing store nv.img for guest RAM: Permission denied"),
    SizingCase(state: .directory, region: 64 << 20, change: .volatile),
    SizingCase(state: .unmappable, message: "unable to map backing store for guest RAM: No such device"),
    SizingCase(state: .zeroDevice, region: 64 << 20, change: .volatile, warnings: ["ftruncate: Invalid argument"]),
    SizingCase(
      state: .nullDevice, message: "unable to map backing store for guest RAM: No such device",
      warnings: ["ftruncate: Invalid argument"]),
    SizingCase(
      state: file64M, size: 0, message: "property 'size' of memory-backend-file doesn't take value '0'"),
  ]

  static let sizes: [SizingCase] = [
    SizingCase(state: .missing, size: 64 << 20 + 1, region: 64 << 20, change: .created(size: 67_112_960)),
    SizingCase(
      state: .file(size: 64 << 20 + 1), size: 64 << 20 + 1,
      message: "backing store size 0x4000001 does not match 'size' option 0x4001000"),
    SizingCase(state: .missing, size: 4097, region: 4096, change: .created(size: 8192)),
    SizingCase(state: .missing, size: 4096, region: 4096, change: .created(size: 4096)),
    SizingCase(
      state: .missing, size: 1024,
      message: "the size of memdev mem1 (0x400) is too small to contain nvdimm label (0x0) and aligned PMEM (0x1000)",
      change: .created(size: 4096)),
    SizingCase(
      state: .missing, size: 1,
      message: "the size of memdev mem1 (0x1) is too small to contain nvdimm label (0x0) and aligned PMEM (0x1000)",
      change: .created(size: 4096)),
    SizingCase(state: .missing, size: 65 << 20, region: 65 << 20, change: .created(size: 65 << 20)),
    SizingCase(state: .missing, size: 3 << 19, region: 3 << 19, change: .created(size: 3 << 19)),
  ]

  static let alignments: [SizingCase] = [
    SizingCase(state: .missing, align: 3 << 20, message: "alignment 0x300000 must be a power of two"),
    SizingCase(
      state: file64M, align: 1 << 30,
      message: "the size of memdev mem1 (0x4000000) is too small to contain nvdimm label (0x0) and aligned PMEM "
        + "(0x40000000)"),
    SizingCase(state: .file(size: 65 << 20), size: 65 << 20, align: 2 << 20, region: 64 << 20),
    SizingCase(state: file64M, label: 128 << 10, align: 2 << 20, region: 62 << 20),
    SizingCase(
      state: .file(size: 2 << 20), size: 2 << 20, label: 128 << 10, align: 2 << 20,
      message: "the size of memdev mem1 (0x200000) is too small to contain nvdimm label (0x20000) and aligned PMEM "
        + "(0x200000)"),
    SizingCase(state: .file(size: 4 << 20), size: 4 << 20, label: 128 << 10, align: 2 << 20, region: 2 << 20),
    SizingCase(
      state: .file(size: 67_239_936), size: 67_239_936, label: 128 << 10, align: 2 << 20, region: 64 << 20),
  ]

  static let pageMultiples: [SizingCase] = [4096, 65536, 2 << 20, 4 << 20].map { (alignment: UInt64) in
    SizingCase(state: file64M, align: alignment, region: 64 << 20)
  }

  static let oddAlignments: [SizingCase] = [1, 3, 512, 1024, 2048, 3072, 6144, 4097].map { (alignment: UInt64) in
    SizingCase(
      state: .missing, align: alignment, message: "alignment \(alignment.hex) must be multiples of page size 0x1000")
  }

  static let smallLabels: [SizingCase] = [0, 1, 65536, 131071].map { (label: UInt64) in
    SizingCase(
      state: file64M, label: label,
      message: "Property 'nvdimm.label-size' (\(label.hex)) is required at least 0x20000")
  }

  static let regions: [(label: UInt64, region: UInt64)] = [
    (131072, 66_977_792), (131073, 66_973_696), (133120, 66_973_696), (256 << 10, 66_846_720), (1 << 20, 63 << 20),
    (32 << 20, 32 << 20), (67_104_768, 4096),
  ]

  static let labels: [SizingCase] =
    regions.map { SizingCase(state: file64M, label: $0.label, region: $0.region) }
    + [SizingCase(state: .file(size: 132 << 10), size: 132 << 10, label: 128 << 10, region: 4096)]

  static let largeLabels: [SizingCase] = [64 << 20, 67_108_863, 128 << 20, 4 << 30, .max].map { (label: UInt64) in
    SizingCase(
      state: file64M, label: label,
      message: "the size of memdev mem1 (0x4000000) is too small to contain nvdimm label (\(label.hex)) and aligned "
        + "PMEM (0x1000)")
  }

  static let smallBackends: [SizingCase] = [131072, 102400, 131073].map { (size: UInt64) in
    SizingCase(
      state: file64M, size: size, label: 128 << 10,
      message: "the size of memdev mem1 (\(size.hex)) is too small to contain nvdimm label (0x20000) and aligned "
        + "PMEM (0x1000)")
  }

  static let rows: [SizingCase] = [
    files, sizes, alignments, pageMultiples, oddAlignments, smallLabels, labels, largeLabels, smallBackends,
    daxDevices,
  ].flatMap(\.self)

  private static let dax = BackendState.daxDevice(size: 254 << 20, alignment: 2 << 20)
  private static let cannotMap = "unable to map backing store for guest RAM: Invalid argument"

  /// QEMU 7.2's answers for one of ndctl's devices in mode devdax.
  static let daxDevices: [SizingCase] = [
    SizingCase(state: dax, size: 254 << 20, label: 128 << 10, message: cannotMap),
    SizingCase(state: dax, size: 254 << 20, label: 128 << 10, align: 2 << 20, region: 252 << 20),
    SizingCase(state: dax, size: 254 << 20, align: 4 << 10, message: cannotMap),
    SizingCase(state: dax, size: 254 << 20, align: 1 << 20, message: cannotMap),
    SizingCase(state: dax, size: 252 << 20, align: 2 << 20, region: 252 << 20),
    SizingCase(state: dax, size: 253 << 20, align: 2 << 20, message: cannotMap),
    SizingCase(state: dax, size: 253 << 20, message: cannotMap),
    SizingCase(
      state: dax, size: 256 << 20, align: 2 << 20,
      message: "backing store size 0xfe00000 does not match 'size' option 0x10000000"),
    SizingCase(
      state: dax, size: 254 << 20, align: 1 << 30,
      message: "the size of memdev mem1 (0xfe00000) is too small to contain nvdimm label (0x0) "
        + "and aligned PMEM (0x40000000)"),
  ]

  @Test(arguments: rows)
  func row(_ row: SizingCase) throws { try row.check(QEMURelease(7, 2)) }

  @Test("a dangling symbolic link keeps QEMU busy for ever, in every release", arguments: QEMURelease.described)
  func dangling(release: QEMURelease) throws {
    #expect(try SizingCase(state: .danglingLink).start(release).stop == .hang(path: "nv.img"))
  }

  static let labelOffsets: [(size: UInt64, label: UInt64, offset: UInt64)] = [
    (67_108_864, 131_072, 0x3fe_0000), (67_108_865, 131_072, 0x3fe_0001), (67_108_864, 131_073, 0x3fd_ffff),
  ]

  @Test("the label area lies before the end of the size, not of the file", arguments: labelOffsets)
  func labelOffset(size: UInt64, label: UInt64, offset: UInt64) throws {
    let request = BackendRequest(id: "mem1", path: "", size: size, labelSize: label)
    #expect(try SizingRules(QEMURelease(7, 2)).geometry(of: request).labelOffset == offset)
  }
}
