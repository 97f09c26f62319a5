import Basics
import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Labels for a backend that has none")
struct AddedLabelTests {
  static let size: UInt64 = 64 << 20
  static let label = UnlabelledBackend.Label(slot: 2, uuid: MadeLabels.uuid(0), name: "all")

  static func backend(length: UInt64 = size, isFile: Bool = true) throws -> UnlabelledBackend {
    try UnlabelledBackend(BackendGeometry(mappedSize: size), length: length, isFile: isFile)
  }

  /// Returns the beginning of a region that a guest without labels uses in `mode`.
  static func head(_ mode: String) throws -> [UInt8] {
    var head = try VersionMigrationTests.head(mode, .v1_1, parent: MadeLabels.uuid(9))
    guard let block = head.block(at: 4096, count: 4096), InfoBlock.Signature(of: block) != nil else { return head }
    var orphan = block
    orphan.replaceSubrange(32..<48, with: UUID.zero.bytes)
    orphan[Field<UInt64>("checksum", at: 4088)] = Fletcher64.checksum(
      orphan, zeroing: Field<UInt64>("checksum", at: 4088))
    head.replaceSubrange(4096..<8192, with: orphan)
    return head
  }

  @Test(
    "the guest finds the same bytes in the same place, in the same mode", arguments: VersionMigrationTests.modes,
    [LabelVersion.v1_1, .v1_2])
  func modes(mode: (String, NamespaceAbstraction), version: LabelVersion) throws {
    let head = try Self.head(mode.0)
    let label = UnlabelledBackend.Label(version: version, slot: 2, uuid: MadeLabels.uuid(0), name: "all")
    let change = try Self.backend().labelled(label, labelSize: .exactly(128 << 10), head: head)
    #expect(change.before == nil)
    #expect(change.after?.offset == Self.size)
    #expect(change.lengthAfter == Self.size + 128 << 10)
    let shown = try #require(try PlannedBackend.shown(after: change, slot: 2))
    #expect(shown.map(\.dpa) == [0])
    #expect(shown.map(\.size) == [Self.size])
    #expect(shown.map(\.name) == ["all"])

    var after = head
    for rewrite in change.rewrites {
      #expect(head.block(at: Int(rewrite.offset), count: rewrite.before.count) == rewrite.before.array)
      after.replaceSubrange(Int(rewrite.offset)..<Int(rewrite.offset) + rewrite.after.count, with: rewrite.after)
    }
    let claimed = shown[0].abstraction.map { NamespaceAbstraction(guid: $0) } ?? NamespaceAbstraction.none
    let contents = NamespaceContents(of: after, parent: label.uuid)
    #expect(contents.shown(claimed: claimed) == mode.1)
    // Only the parent and the checksum change.
    let changed = zip(head, after).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
    #expect(changed.allSatisfy { (4096 + 32..<4096 + 48).contains($0) || (8184..<8192).contains($0) })
    #expect(change.rewrites.count == (["fsdax", "devdax"].contains(mode.0) ? 1 : 0))
  }

  @Test("without the change of the superblock Linux would pass over it")
  func parent() throws {
    let head = try Self.head("fsdax")
    #expect(NamespaceContents(of: head, parent: .zero).shown(claimed: NamespaceAbstraction.none) == .fsdax)
    #expect(NamespaceContents(of: head, parent: MadeLabels.uuid(0)).shown(claimed: .fsdax) == .none)
  }

  @Test("the file grows by L, rounded up to A, and the region stays", arguments: [4096, 2 << 20] as [UInt64])
  func growth(alignment: UInt64) throws {
    let backend = try UnlabelledBackend(
      BackendGeometry(mappedSize: Self.size, alignment: alignment), length: Self.size)
    let change = try backend.labelled(Self.label, head: [])
    let after = try #require(change.after)
    #expect(change.lengthAfter == after.end)
    #expect(change.lengthAfter == (Self.size + 128 << 10).alignedUp(to: 2 << 20))
    let geometry = try BackendGeometry(
      mappedSize: after.end, labelSize: UInt64(after.bytes.count), alignment: alignment)
    #expect(geometry.regionSize == backend.geometry.regionSize)
  }

  @Test("a device cannot grow: it says how much the guest must give up")
  func device() throws {
    let refusal = #expect(throws: MigrationRefusal.self) {
      try Self.backend(isFile: false).labelled(Self.label, labelSize: .exactly(128 << 10), head: [])
    }
    #expect(refusal == .cannotGrow(needed: Self.size + 128 << 10, length: Self.size, surplus: 128 << 10))
    #expect(refusal?.description.contains("the guest must first give up the last 131072 bytes (128 KiB)") == true)
    // A device that is only partly mapped has room.
    #expect(
      try Self.backend(length: Self.size + 2 << 20, isFile: false).labelled(Self.label, head: []).lengthAfter == Self
        .size + 2 << 20)
    #expect(throws: MigrationRefusal.tail(4096)) {
      try Self.backend(length: Self.size + 4096).labelled(Self.label, head: [])
    }
  }

  @Test("a blank area is filled where it is")
  func blankArea() throws {
    let geometry = try BackendGeometry(mappedSize: Self.size, labelSize: 128 << 10)
    let change = try UnlabelledBackend(geometry, length: Self.size).labelled(Self.label, head: [])
    #expect(change.lengthAfter == Self.size)
    #expect(change.before?.bytes.allSatisfy { $0 == 0 } == true)
    #expect(try PlannedBackend.shown(after: change, slot: 2)?.map(\.size) == [geometry.regionSize])
  }
}
