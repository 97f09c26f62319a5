import Foundation
import LabelChange
import PersistentMemory

/// A change of a small backend, for the crash enumeration.
struct LabelChangeCase: Sendable, CustomStringConvertible {
  let description: String
  let change: LabelAreaChange
  let canGrow: Bool
  /// The method that the transaction must choose.
  let method: LabelTransaction.Method
  /// The number of bytes of the region that a guest without labels may use; the rest is for an area that is added to a
  /// device.
  var regionLimit = Int.max

  /// Returns the contents of a backend outside the label area, in which every byte depends on its offset.
  private static func data(_ range: Range<Int>) -> [UInt8] {
    range.map { UInt8(truncatingIfNeeded: $0 / 8 &* 37 ^ $0) | 1 }
  }

  /// The backend before the change.
  var disk: SimulatedDisk {
    var disk = SimulatedDisk(Self.data(0..<Int(change.lengthBefore)))
    if let before = change.before { disk.apply(.write(offset: before.offset, bytes: before.bytes)) }
    for block in change.rewrites { disk.apply(.write(offset: block.offset, bytes: block.before)) }
    return disk
  }

  /// Returns `count` labels of namespaces of 512 bytes each, one behind the other, for the DIMM in `slot`.
  static func labels(_ version: LabelVersion, _ count: Int, slot: Int = 0) -> [NamespaceLabel] {
    (0..<count).map { number in
      var label = NamespaceLabel(blank: version)
      label.uuid = UUID(uuid: (UInt8(number + 1), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
      _ = label.setName("name \(number)")
      label[NamespaceLabel.Fields.setSize] = 1
      let cookie = InterleaveSetCookie(virtualSlot: slot)
      label[NamespaceLabel.Fields.cookie] = version == .v1_1 ? cookie.v1_1 : cookie.v1_2
      label[NamespaceLabel.Fields.sectorSize] = 512
      label[NamespaceLabel.Fields.dpa] = UInt64(number) * 512
      label[NamespaceLabel.Fields.rawSize] = 512
      label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.fsdax.guid)
      return label
    }
  }

  static func area(_ version: LabelVersion, size: Int, _ count: Int, slot: Int = 0) -> SparseBytes {
    guard let area = try? LabelArea.encoded(version, size: size, labels: labels(version, count, slot: slot)) else {
      preconditionFailure("an area of \(size) bytes does not hold \(count) labels")
    }
    return area
  }

  private static func place(_ offset: UInt64, _ bytes: SparseBytes) -> LabelAreaPlacement {
    LabelAreaPlacement(offset: offset, bytes: bytes)
  }

  private static func change(
    _ before: LabelAreaPlacement?, _ after: LabelAreaPlacement?, _ lengthBefore: UInt64, _ lengthAfter: UInt64,
    _ rewrites: [LabelAreaChange.Rewrite] = []
  ) -> LabelAreaChange {
    LabelAreaChange(
      before: before, after: after, lengthBefore: lengthBefore, lengthAfter: lengthAfter, rewrites: rewrites)
  }

  static let all: [LabelChangeCase] = [LabelVersion.v1_1, .v1_2].flatMap { version in
    let other: LabelVersion = version == .v1_1 ? .v1_2 : .v1_1
    let (end, size): (UInt64, Int) = (16 << 10, 4 << 10)
    let start = end - UInt64(size)
    let here = area(version, size: size, 3)
    func damaged(_ blocks: Int...) -> SparseBytes {
      var area = here.array
      for block in blocks { area[block * 256 + 72] ^= 1 }
      return SparseBytes(area)
    }
    let short = area(version, size: 1024, version == .v1_1 ? 3 : 1)
    let shortElsewhere = area(version, size: 1024, version == .v1_1 ? 3 : 1, slot: 1)
    let half: UInt64 = 4 << 10
    func make(
      _ name: String, _ method: LabelTransaction.Method, canGrow: Bool = true, _ change: LabelAreaChange
    ) -> LabelChangeCase {
      LabelChangeCase(
        description: "\(version.rawValue) \(name), \(canGrow ? "file" : "device")", change: change, canGrow: canGrow,
        method: method)
    }
    let both: [LabelChangeCase] = [true, false].flatMap { canGrow in
      [
        make(
          "to another slot", .index, canGrow: canGrow,
          change(place(start, here), place(start, area(version, size: size, 3, slot: 1)), end, end)),
        make(
          "a namespace less", .index, canGrow: canGrow,
          change(place(start, here), place(start, area(version, size: size, 2)), end, end)),
        make(
          "the older index repaired", .index, canGrow: canGrow,
          change(place(start, damaged(1)), place(start, here), end, end)),
        make(
          "the current index repaired", .index, canGrow: canGrow,
          change(place(start, damaged(0)), place(start, here), end, end)),
        make(
          "both indexes repaired", .birth, canGrow: canGrow,
          change(place(start, damaged(0, 1)), place(start, here), end, end)),
        make(
          "a first area in blank space", .birth, canGrow: canGrow,
          change(place(start, LabelArea.blank(size: size)), place(start, here), end, end)),
        make(
          "to version \(other.rawValue)", .record, canGrow: canGrow,
          change(place(start, here), place(start, area(other, size: size, 3)), end, end)),
        make(
          "a larger area", .record, canGrow: canGrow,
          change(place(start, here), place(start - 4096, area(version, size: 2 * size, 3)), end, end)),
        make(
          "a smaller area", .record, canGrow: canGrow,
          change(place(start - 4096, area(version, size: 2 * size, 3)), place(start, here), end, end)),
        make(
          "the labels taken away", .removal, canGrow: canGrow, change(place(start, here), nil, end, end)),
      ]
    }
    return both + [
      make(
        "to another slot, slots short", version == .v1_1 ? .record : .index,
        change(place(half, short), place(half, shortElsewhere), half + 1024 + 3072, half + 1024 + 3072)),
      make("after the file grew", .record, change(place(half, here), place(start, here), end, end)),
      make("with the file's growth", .record, change(place(half, here), place(start, here), half + 4096, end)),
      make("with the file's shrinking", .record, change(place(start, here), place(half, here), end, half + 4096)),
      make(
        "with growth by less than the area", .record,
        change(place(half, here), place(half + 1024, here), half + 4096, half + 5120)),
      make(
        "with shrinking by less than the area", .record,
        change(place(half + 4096, here), place(half + 3072, here), half + 8192, half + 7168)),
      make(
        "a blank area with the file's growth", .record,
        change(
          place(half, LabelArea.blank(size: size)), place(start, LabelArea.blank(size: size)), half + 4096, end)),
      make("growth without labels", .length, change(nil, nil, half, end)),
      make("shrinking without labels", .length, change(nil, nil, end, half)),
      make("a first area behind the data", .record, change(nil, place(half, here), half, half + 4096)),
      make(
        "a first area, and a block in the data", .record,
        change(
          nil, place(half, here), half, half + 4096,
          [.init(offset: 512, before: data(512..<1024), after: [UInt8](repeating: 0x5a, count: 512))])),
      make("the area cut off", .removal, change(place(start, here), nil, end, start)),
    ]
  }
}
