import Basics
import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Labels of another version")
struct VersionMigrationTests {
  /// Returns the first 8 KiB of a namespace in `mode` under labels of `version`, as a provisioning plan writes them.
  static func head(_ mode: String, _ version: LabelVersion, parent: UUID) throws -> [UInt8] {
    var head = [UInt8](repeating: 0, count: NamespaceContents.headSize)
    let geometry = try BackendGeometry(mappedSize: (64 << 20) + (128 << 10), labelSize: 128 << 10)
    let plan = try ProvisioningPlan(
      [NamespaceSpecification(parsing: mode + ",uuid=" + parent.lowercased)],
      for: ProvisioningTarget(geometry: geometry, version: version))
    for write in plan.writes where write.offset < UInt64(head.count) {
      let bytes = write.bytes.prefix(head.count - Int(write.offset))
      head.replaceSubrange(Int(write.offset)..<Int(write.offset) + bytes.count, with: bytes)
    }
    return head
  }

  static let modes: [(String, NamespaceAbstraction)] = [
    ("raw", .none), ("sector", .btt), ("fsdax", .fsdax), ("devdax", .devdax),
  ]

  @Test(
    "to 1.2 and back, each label gets the GUID of what is in its namespace, and nothing else changes", arguments: modes)
  func upAndDown(mode: String, abstraction: NamespaceAbstraction) throws {
    let backend = try PlannedBackend.labelled([(0, 64 << 20), (64 << 20, 32 << 20)], .v1_1)
    let contents = try backend.heads.map { head in
      (head.slot, NamespaceContents(of: try Self.head(mode, .v1_1, parent: head.uuid), parent: head.uuid))
    }
    let up = try backend.converted(to: .v1_2, contents: Dictionary(uniqueKeysWithValues: contents))
    let area = try LabelArea(#require(up.after).bytes)
    #expect(area.indexes.current?.version == .v1_2)
    #expect(area.validLabels.map(\.abstraction) == [abstraction.guid, abstraction.guid])
    #expect(
      LabelVerification(area, dimm: LabelledDIMM(regionSize: 128 << 20, cookie: InterleaveSetCookie(virtualSlot: 0)))
        .findings.isEmpty)
    #expect(try PlannedBackend.shown(after: up).essences == PlannedBackend.shown(backend).essences)

    let down = try SizeMigrationTests.backend(after: up)
      .converted(to: .v1_1, contents: Dictionary(uniqueKeysWithValues: contents))
    #expect(down.after?.bytes == backend.area.bytes)
  }

  @Test("what version 1.1 cannot say is refused by name")
  func inexpressible() throws {
    let unknown = UUID([UInt8](repeating: 9, count: 16), at: 0)
    let parent = MadeLabels.uuid(0)
    func refusal(_ abstraction: UUID, _ head: [UInt8]) throws -> MigrationRefusal? {
      let backend = try PlannedBackend.labelled([(0, 64 << 20)]) {
        $0.set(type: NamespaceType.pmem.guid, abstraction: abstraction)
      }
      do throws(MigrationRefusal) {
        _ = try backend.converted(to: .v1_1, contents: [0: NamespaceContents(of: head, parent: parent)])
        return nil
      } catch { return error }
    }
    let table = try Self.head("sector", .v1_2, parent: parent)
    let superblock = try Self.head("fsdax", .v1_2, parent: parent)
    let plain = try Self.head("raw", .v1_2, parent: parent)
    let backend = try PlannedBackend.labelled([(0, 64 << 20)])
    let identity = NamespaceIdentity(backend.area.validLabels[0])
    let btt2 = NamespaceAbstraction.btt2.guid
    #expect(try refusal(btt2, table) == .inexpressible(identity, .translationTable))
    #expect(try refusal(unknown, plain) == .inexpressible(identity, .abstraction(unknown)))
    // A claim that hides a superblock: without the claim, Linux would use the superblock.
    #expect(try refusal(btt2, superblock) == .inexpressible(identity, .wouldBecome(.fsdax)))
    // A claim without an info block does not affect what Linux shows.
    #expect(try refusal(btt2, plain) == nil)
    #expect(try refusal(NamespaceAbstraction.fsdax.guid, superblock) == nil)
    #expect(try refusal(UUID.zero, superblock) == nil)
    // A superblock of another namespace does not count.
    #expect(try refusal(btt2, Self.head("fsdax", .v1_2, parent: unknown)) == nil)
  }

  @Test(
    "every recorded DIMM in the other version shows the same namespaces, or is refused by name",
    arguments: LabelCase.all)
  func corpus(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      guard let backend = try? PlannedBackend.recorded(recorded, dimm), !backend.area.isBlank else { continue }
      let target: LabelVersion = backend.area.geometry.labelSize == 128 ? .v1_2 : .v1_1
      do {
        let change = try backend.converted(to: target, contents: [:])
        let before = try PlannedBackend.shown(backend, slot: dimm.slot).essences ?? []
        let after = try PlannedBackend.shown(after: change, slot: dimm.slot).essences ?? []
        #expect(Set(before).isSubset(of: after))
      } catch let error as MigrationRefusal {
        switch error {
        case .foreignLabel, .inexpressible, .tooFewSlots, .damagedLabel: break
        default: Issue.record("\(recorded): \(error)")
        }
      }
    }
  }

  @Test("names of 63 bytes stay, and hints that version 1.1 has no place for go")
  func bytes() throws {
    let name = String(repeating: "n", count: 63)
    let backend = try PlannedBackend.labelled([(0, 64 << 20)]) { label in
      _ = label.setName(name)
      label[NamespaceLabel.Fields.alignment] = 21
    }
    let area = try LabelArea(#require(try backend.converted(to: .v1_1, contents: [:]).after).bytes)
    #expect(area.validLabels.map(\.name) == [name])
    #expect(area.validLabels.map(\.cookie) == [InterleaveSetCookie(virtualSlot: 0).v1_1])
    #expect(area.validLabels[0].bytes[124..<128].allSatisfy { $0 == 0 })
  }

  @Test("there are no labels of version 2.1 here, and none to convert in a blank area")
  func refused() throws {
    let backend = try PlannedBackend.labelled([])
    #expect(throws: MigrationRefusal.version(.cxl2_1)) { try backend.converted(to: .cxl2_1, contents: [:]) }
    let blank = try LabelledBackend(
      LabelArea(LabelArea.blank(size: 128 << 10)), geometry: backend.geometry, length: backend.length)
    #expect(throws: MigrationRefusal.blankArea) { try blank.converted(to: .v1_1, contents: [:]) }
  }
}
