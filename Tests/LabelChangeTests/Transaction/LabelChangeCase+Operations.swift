import Foundation
import LabelChange
import PersistentMemory
import TestSupport

extension LabelChangeCase {
  /// Every operation of vnvdimm-migrate-labels, on a file and on a device, as its planner makes it. The backends are
  /// the smallest that QEMU accepts: a region of 16 KiB with two namespaces, and 128 KiB of labels.
  static func operations() throws -> [LabelChangeCase] {
    try [LabelVersion.v1_1, .v1_2].flatMap { version in
      try [true, false].flatMap { isFile in try Operations(version, isFile: isFile).all() }
    }
  }

  private struct Operations {
    static let (region, size): (UInt64, UInt64) = (16 << 10, 128 << 10)
    static let extents: [(dpa: UInt64, size: UInt64)] = [(0, 4096), (4096, 4096)]

    let version: LabelVersion
    let isFile: Bool
    let backend: LabelledBackend

    init(_ version: LabelVersion, isFile: Bool) throws {
      self.version = version
      self.isFile = isFile
      backend = try PlannedBackend.labelled(
        Self.extents, version, region: Self.region, labelSize: Self.size, isFile: isFile)
    }

    func all() throws -> [LabelChangeCase] {
      try [slot(), otherVersion(), split(), join()] + sizes() + copies() + relocations() + repairs() + restorations()
        + additions()
    }

    private func make(
      _ name: String, _ method: LabelTransaction.Method, regionLimit: Int = .max, _ change: LabelAreaChange
    ) -> LabelChangeCase {
      LabelChangeCase(
        description: "\(version.rawValue) \(name), \(isFile ? "file" : "device")", change: change, canGrow: isFile,
        method: method, regionLimit: regionLimit)
    }

    private func slot() throws -> LabelChangeCase { make("move", .index, try backend.moved(toSlot: 1)) }

    private func otherVersion() throws -> LabelChangeCase {
      make("convert", .record, try backend.converted(to: version == .v1_1 ? .v1_2 : .v1_1, contents: [:]))
    }

    private func after(_ change: LabelAreaChange) throws -> LabelledBackend {
      guard let after = try LabelledBackend(after: change, alignment: 4096, isFile: isFile) else {
        preconditionFailure("the change leaves no labels")
      }
      return after
    }

    private func sizes() throws -> [LabelChangeCase] {
      try [LabelledBackend.Fixed.mappedSize, .region].filter { isFile || $0 == .mappedSize }.flatMap { fixed in
        let larger = try backend.resized(labelSize: Self.size + 4096, fixed: fixed)
        let back = try after(larger).resized(labelSize: Self.size, fixed: fixed)
        let name = fixed == .region ? "resize --keep-guest-size" : "resize"
        return [make("\(name), larger", .record, larger), make("\(name), smaller", .record, back)]
      }
    }

    private func copies() throws -> [LabelChangeCase] {
      let geometry = try BackendGeometry(mappedSize: Self.region + Self.size, labelSize: Self.size)
      func copy(over occupant: SparseBytes) throws -> LabelAreaChange {
        try backend.copied(to: geometry, length: geometry.mappedSize, occupant: occupant)
      }
      let size = Int(Self.size)
      let other: LabelVersion = version == .v1_1 ? .v1_2 : .v1_1
      return [
        make("--to, blank", .birth, try copy(over: LabelArea.blank(size: size))),
        make("--to, initialised", .index, try copy(over: LabelArea.initialised(version, size: size))),
        make("--to, initialised otherwise", .record, try copy(over: LabelArea.initialised(other, size: size))),
        make(
          "--to, of rubbish", .record,
          try copy(over: SparseBytes((0..<size).map { UInt8(truncatingIfNeeded: $0 / 3 | 1) }))),
      ]
    }

    private func split() throws -> LabelChangeCase { make("split", .removal, try backend.split()) }

    private func join() throws -> LabelChangeCase {
      let length = isFile ? Self.region : Self.region + Self.size
      let bare = try UnlabelledBackend(BackendGeometry(mappedSize: length), length: length, isFile: isFile)
      let occupant = isFile ? [] : LabelArea.blank(size: Int(Self.size))
      return make(
        "join", isFile ? .record : .birth, regionLimit: Int(Self.region),
        try bare.joined(with: backend.area, occupant: occupant))
    }

    private func relocations() throws -> [LabelChangeCase] {
      try ([4096, 136 << 10] as [UInt64]).map { bytes in
        let grown = try PlannedBackend.labelled(
          Self.extents, version, region: Self.region, labelSize: Self.size, tail: bytes, isFile: isFile)
        let target = try BackendGeometry(mappedSize: Self.region + Self.size + bytes, labelSize: Self.size)
        let overlap = Int(bytes < Self.size ? Self.size - bytes : 0)
        let blank = LabelArea.blank(size: Int(Self.size))
        let occupant = [UInt8](backend.area.bytes.suffix(overlap) + blank.dropFirst(overlap))
        return make(
          "relocate, \(bytes >> 10) KiB more", .record, try grown.relocated(to: target, occupant: occupant))
      }
    }

    private func repairs() throws -> [LabelChangeCase] {
      let area = backend.area.bytes.array
      let label = version.labelSize
      let second = 512 + label
      func damaged(_ damage: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = area
        damage(&bytes)
        return bytes
      }
      /// Returns the area with `change` made to the second label and its checksum updated.
      func relabelled(_ change: (inout NamespaceLabel) -> Void) -> [UInt8] {
        damaged { bytes in
          var changed = NamespaceLabel(slot: 1, of: bytes, in: backend.area.geometry)
          change(&changed)
          changed.seal(slot: 1)
          bytes.replaceSubrange(second..<second + label, with: changed.bytes)
        }
      }
      let blocks: [(String, LabelTransaction.Method, [UInt8])] = [
        ("current block", .index, damaged { $0[72] ^= 1 }),
        ("other block", .index, damaged { $0[256 + 72] ^= 1 }),
        ("both blocks", .birth, damaged { for start in [0, 256] { $0[start + 64] ^= 1 } }),
      ]
      let labels: [(String, LabelTransaction.Method, [UInt8])] = [
        ("overlap", .index, relabelled { $0[NamespaceLabel.Fields.dpa] = 0 }),
        ("no size", .index, relabelled { $0[NamespaceLabel.Fields.rawSize] = 0 }),
        ("set size", .index, relabelled { $0[NamespaceLabel.Fields.setSize] = 2 }),
        ("slot number", .index, damaged { $0[second + 120] = 9 }),
        ("interrupted update", .index, relabelled { $0.flags = .updating }),
      ]
      // With all index blocks gone, a repaired label is not visible until the first block is written.
      let both: [(String, LabelTransaction.Method, [UInt8])] = [
        (
          "both blocks, interrupted update", .birth,
          {
            var bytes = relabelled { $0.flags = .updating }
            for start in [0, 256] { bytes[start + 64] ^= 1 }
            return bytes
          }()
        )
      ]
      return try (blocks + labels + both).map { name, method, bytes in
        let dimm = LabelledDIMM(regionSize: Self.region, cookie: InterleaveSetCookie(virtualSlot: 0))
        let repair = LabelRepair(try LabelArea(bytes), dimm: dimm, decisions: .discarding)
        return make(
          "repair, \(name)", method,
          repair.change(of: SparseBytes(bytes), at: Self.region, length: Self.region + Self.size))
      }
    }

    private func restorations() throws -> [LabelChangeCase] {
      let length = Self.region + Self.size
      let kept = LabelAreaPlacement(offset: Self.region, bytes: backend.area.bytes)
      let moved = try backend.moved(toSlot: 3)
      let rubbish = (0..<Int(Self.size)).map { UInt8(truncatingIfNeeded: $0 / 3 | 1) }
      func restored(over before: LabelAreaPlacement?) -> LabelAreaChange {
        LabelAreaChange(before: before, after: kept, lengthBefore: length, lengthAfter: length)
      }
      let larger = try backend.resized(labelSize: Self.size + 4096)
      let blank = LabelAreaPlacement(offset: Self.region, bytes: LabelArea.blank(size: Int(Self.size)))
      return [
        make("restore over labels", .index, restored(over: moved.after)),
        make("restore over zeros", .birth, restored(over: blank)),
        make("restore over rubbish", .record, restored(over: .init(offset: Self.region, bytes: rubbish))),
        make("restore over a larger area", .record, restored(over: larger.after)),
      ]
    }

    private func additions() throws -> [LabelChangeCase] {
      let label = UnlabelledBackend.Label(version: version, slot: 0, uuid: MadeLabels.uuid(0), name: "all")
      let bare = try BackendGeometry(mappedSize: Self.region)
      let blank = try BackendGeometry(mappedSize: Self.region + Self.size, labelSize: Self.size)
      var cases: [LabelChangeCase] = []
      for mode in ["raw", "fsdax"] {
        let head = try AddedLabelTests.head(mode)
        let filled = try UnlabelledBackend(blank, length: blank.mappedSize, isFile: isFile).labelled(label, head: head)
        cases.append(make("init, \(mode), blank area", mode == "raw" ? .birth : .record, filled))
        guard isFile else { continue }
        let added = try UnlabelledBackend(bare, length: Self.region)
          .labelled(label, labelSize: .exactly(Self.size), head: head)
        cases.append(make("init, \(mode)", .record, added))
      }
      return cases
    }
  }
}
