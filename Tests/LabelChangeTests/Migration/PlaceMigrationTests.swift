import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Label areas in another place")
struct PlaceMigrationTests {
  static let label: UInt64 = 128 << 10
  static let zeros = LabelArea.blank(size: 128 << 10).array

  static func geometry(region: UInt64) throws -> BackendGeometry {
    try BackendGeometry(mappedSize: region + label, labelSize: label)
  }

  /// Returns a backend whose file, and with it S, has grown: the labels are at the old end of S.
  static func grown(by bytes: UInt64, namespace size: UInt64 = 64 << 20) throws -> (LabelledBackend, BackendGeometry) {
    let backend = try PlannedBackend.labelled([(0, size)], tail: bytes)
    return (backend, try geometry(region: (128 << 20) + bytes))
  }

  @Test(
    "after a file grew, the labels follow to its end", arguments: [4096, 64 << 10, 128 << 10, 64 << 20] as [UInt64])
  func grew(bytes: UInt64) throws {
    let (backend, target) = try Self.grown(by: bytes)
    // Where the areas overlap, the new one begins with the rest of the old one.
    let overlap = Int(bytes < Self.label ? Self.label - bytes : 0)
    let occupant = backend.area.bytes.suffix(overlap) + Self.zeros.dropFirst(overlap)
    let change = try backend.relocated(to: target, occupant: Array(occupant))
    #expect(change.before?.offset == 128 << 20)
    #expect(change.after == LabelAreaPlacement(offset: (128 << 20) + bytes, bytes: backend.area.bytes))
    #expect(change.lengthAfter == change.lengthBefore)
    #expect(try PlannedBackend.shown(after: change).essences == PlannedBackend.shown(backend).essences)
  }

  @Test("after S shrank, the labels follow as far as the namespaces let them")
  func shrank() throws {
    let backend = try PlannedBackend.labelled([(0, 64 << 20)])
    let free = [UInt8](repeating: 0xab, count: Int(Self.label))
    let change = try backend.relocated(to: Self.geometry(region: 64 << 20), occupant: free)
    #expect(change.after?.offset == 64 << 20)
    let identity = NamespaceIdentity(backend.area.validLabels[0])
    #expect(throws: MigrationRefusal.namespaceInTheWay(identity, end: 64 << 20, limit: (64 << 20) - 4096)) {
      try backend.relocated(to: Self.geometry(region: (64 << 20) - 4096), occupant: free)
    }
  }

  @Test("labels and data at the new place are not overwritten")
  func occupied() throws {
    let (backend, target) = try Self.grown(by: 64 << 20)
    #expect(throws: MigrationRefusal.labelsAtTarget(count: 1, offset: 192 << 20)) {
      try backend.relocated(to: target, occupant: backend.area.bytes)
    }
    // An unused area is no loss, but its bytes are not all zeros.
    var data = Self.zeros
    data[4097] = 1
    #expect(throws: MigrationRefusal.dataAtTarget(offset: (192 << 20) + 4097)) {
      try backend.relocated(to: target, occupant: data)
    }
    #expect(
      throws: MigrationRefusal.shorterThanMapped(length: (192 << 20) + Self.label, mappedSize: (193 << 20) + Self.label)
    ) {
      try backend.relocated(to: Self.geometry(region: 193 << 20), occupant: Self.zeros)
    }
  }

  @Test("a label that would come to light in a larger region, and make Linux refuse all, is refused")
  func comesToLight() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (128 << 20, 16 << 20)], tail: 8 << 20)
    #expect(try PlannedBackend.shown(backend)?.count == 1)
    let hidden = NamespaceIdentity(backend.area.validLabels[1])
    #expect(throws: MigrationRefusal.wouldBeRefused(hidden, .labelBeyondRegion)) {
      try backend.relocated(to: Self.geometry(region: 136 << 20), occupant: Self.zeros)
    }
  }

  @Test("a copy in another geometry shows the same namespaces")
  func copied() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (32 << 20, 16 << 20)])
    let other = try BackendGeometry(mappedSize: 66 << 20, labelSize: 2 << 20)
    let occupant = LabelArea.blank(size: 2 << 20)
    let change = try backend.copied(to: other, length: 70 << 20, occupant: occupant)
    #expect(change.before?.bytes == occupant)
    #expect(change.after?.offset == 64 << 20)
    #expect(change.lengthAfter == 70 << 20)
    #expect(try PlannedBackend.shown(after: change).essences == PlannedBackend.shown(backend).essences)
    let tooSmall = try BackendGeometry(mappedSize: 34 << 20, labelSize: 2 << 20)
    #expect(throws: MigrationRefusal.self) { try backend.copied(to: tooSmall, length: 34 << 20, occupant: occupant) }
    let initialised = try LabelArea.initialised(.v1_2, size: 2 << 20)
    #expect(try backend.copied(to: other, length: 66 << 20, occupant: initialised).after == change.after)
  }

  @Test("split and joined again, a backend is what it was", arguments: [true, false])
  func roundTrip(isFile: Bool) throws {
    let backend = try PlannedBackend.labelled([(0, 64 << 20)], isFile: isFile)
    let split = try backend.split()
    #expect(split.after == nil)
    #expect(split.lengthAfter == (isFile ? 128 << 20 : backend.length))
    let kept = try #require(split.before)
    let bare = try UnlabelledBackend(
      BackendGeometry(mappedSize: split.lengthAfter), length: split.lengthAfter, isFile: isFile)
    let joined = try bare.joined(with: LabelArea(kept.bytes), occupant: isFile ? [] : kept.bytes)
    #expect(joined.after == kept)
    #expect(joined.before == nil)
    #expect(joined.lengthAfter == backend.length)
  }

  @Test("labels do not join a backend that is too small for them, has labels, or data in their place")
  func joinRefused() throws {
    let backend = try PlannedBackend.labelled([(0, 64 << 20)])
    let small = try UnlabelledBackend(BackendGeometry(mappedSize: 32 << 20), length: 32 << 20)
    let identity = NamespaceIdentity(backend.area.validLabels[0])
    #expect(throws: MigrationRefusal.namespaceInTheWay(identity, end: 64 << 20, limit: 32 << 20)) {
      try small.joined(with: backend.area)
    }
    let labelled = try UnlabelledBackend(backend.geometry, length: backend.length)
    #expect(throws: MigrationRefusal.alreadyLabelled) { try labelled.joined(with: backend.area) }
    let device = try UnlabelledBackend(
      BackendGeometry(mappedSize: 128 << 20), length: 128 << 20, isFile: false)
    var data = Self.zeros
    data[0] = 1
    #expect(throws: MigrationRefusal.dataAtTarget(offset: (128 << 20) - Self.label)) {
      try device.joined(with: backend.area, occupant: SparseBytes(data))
    }
    let tail = try UnlabelledBackend(BackendGeometry(mappedSize: 128 << 20), length: 129 << 20)
    #expect(throws: MigrationRefusal.tail(1 << 20)) { try tail.joined(with: backend.area) }
  }
}
