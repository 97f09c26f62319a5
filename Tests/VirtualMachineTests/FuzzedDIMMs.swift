import Firmware
import Foundation
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import VirtualMachine

/// Four NVDIMMs for hostile guests, on files in which every byte that no guest may write has a pattern: 0 has labels, 1
/// is read-only with labels, 2 has no labels and keeps its writes in a private copy, and 3 has labels and a flush hint.
/// Each file continues behind its mapped part.
struct FuzzedDIMMs {
  static let size = 1 << 20
  static let labelSize = 128 << 10
  static let regionSize = size - labelSize
  private static let tail = 64 << 10
  /// The address of the first NVDIMM; the others follow at equal distances.
  static let address: UInt64 = 1 << 32
  static let distance: UInt64 = 16 << 20

  let folder: TemporaryDirectory
  let dimms: [DIMM]

  init() throws {
    let folder = try TemporaryDirectory()
    self.folder = folder
    dimms = try (0..<4).map { slot in
      let contents = (0..<Self.size + Self.tail).map { Self.pattern($0, slot) }
      try Data(contents).write(to: Self.url(folder, slot))
      let file = try FileDescriptor.open(FilePath(Self.url(folder, slot).path), slot == 1 ? .readOnly : .readWrite)
      defer { try? file.close() }
      let labelSize = slot == 2 ? 0 : Self.labelSize
      return DIMM(
        slot: slot, address: Self.address + UInt64(slot) * Self.distance,
        geometry: try BackendGeometry(mappedSize: UInt64(Self.size), labelSize: UInt64(labelSize)),
        mapping: try MemoryMapping(file: file, size: Self.size, shared: slot != 2, writable: slot != 1),
        isUnarmed: slot == 1, isReadOnly: slot == 1, durability: slot == 3 ? .pageCache : .none,
        hasFlushHint: slot == 3)
    }
  }

  /// Returns the initial byte at `index` of the file of `slot`: never 0, and never a value that a test writes.
  static func pattern(_ index: Int, _ slot: Int) -> UInt8 { UInt8(1 + (index &* 7 &+ slot &* 31) % 127) }

  private static func url(_ folder: TemporaryDirectory, _ slot: Int) -> URL {
    folder.url.appendingPathComponent("nv\(slot).img")
  }

  func contents(_ slot: Int) throws -> [UInt8] { [UInt8](try Data(contentsOf: Self.url(folder, slot))) }

  /// Returns the label area in the file of `slot`.
  func labels(_ slot: Int) throws -> [UInt8] { Array(try contents(slot)[Self.regionSize..<Self.size]) }

  /// Returns the slot and offset of each changed byte that no guest may write: bytes behind the mapped part, all bytes
  /// of a read-only or private file, and the label areas of 0 and 3 outside of `labels`.
  func damage(exceptLabels labels: Range<Int> = 0..<0) throws -> [String] {
    var damage: [String] = []
    for slot in dimms.indices {
      let contents = try contents(slot)
      guard contents.count == Self.size + Self.tail else { return ["\(slot): \(contents.count) bytes"] }
      let start = slot == 1 || slot == 2 ? 0 : Self.regionSize
      for index in start..<contents.count where contents[index] != Self.pattern(index, slot) {
        if slot == 0 || slot == 3, labels.contains(index - Self.regionSize) { continue }
        damage.append("\(slot): \(index)")
      }
    }
    return damage
  }

  /// Waits until all erasures have ended.
  func settle() {
    while dimms.contains(where: { $0.condition.value.security.erasure != nil }) { usleep(100) }
  }

  /// Returns the reference for the label methods of these NVDIMMs.
  func reference(interfaceTable: [UInt8]) -> LabelReference {
    func area(_ slot: Int) -> LabelReference.Area {
      let range = Self.regionSize..<Self.size
      return LabelReference.Area(bytes: range.map { Self.pattern($0, slot) }, isReadOnly: slot == 1)
    }
    let areas: [UInt32: LabelReference.Area?] = [1: area(0), 2: area(1), 3: nil, 4: area(3)]
    let conditions = dimms.map { dimm in
      (
        dimm.description.handle,
        ConditionReference.DIMM(
          base: dimm.address, count: Int(dimm.geometry.regionSize / 256), isReadOnly: dimm.isReadOnly)
      )
    }
    let locks = dimms.map { ($0.description.handle, LockReference(isReadOnly: $0.isReadOnly)) }
    let updates = dimms.map { ($0.description.handle, UpdateReference()) }
    return LabelReference(
      areas: areas, conditions: ConditionReference(Dictionary(uniqueKeysWithValues: conditions)),
      locks: Dictionary(uniqueKeysWithValues: locks), updates: Dictionary(uniqueKeysWithValues: updates),
      interfaceTable: interfaceTable)
  }
}
