import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// Areas that no program would write, migrated in every way.
///
/// `VNVDIMM_FUZZ_COUNT` in the environment sets their number.
@Suite("Fuzzing the migration of label areas")
struct MigrationFuzzTests {
  private static let label: UInt64 = 128 << 10
  private static let region: UInt64 = 128 << 20

  private static func expect(
    _ after: LabelAreaChange, shows before: [LabelledNamespace]?, slot: Int, _ what: String, _ backend: LabelledBackend
  ) throws {
    let shown = try PlannedBackend.shown(after: after, slot: slot).essences ?? []
    let lost = Set(before.essences ?? []).subtracting(shown)
    if !lost.isEmpty { Issue.record("\(what) loses \(lost): \(backend.area.bytes.prefix(4096))") }
  }

  @Test("no area makes a planner trap, and what it agrees to loses nothing that is shown")
  func areas() throws {
    var generator = SeededGenerator(fuzzing: "label migration")
    let geometry = try BackendGeometry(mappedSize: Self.region + Self.label, labelSize: Self.label)
    let larger = try BackendGeometry(mappedSize: Self.region + (8 << 20), labelSize: 1 << 20)
    let occupant = LabelArea.blank(size: 1 << 20)
    var planned = 0
    for number in 0..<SeededGenerator.count(default: 200, optimized: 10_000) {
      var bytes = try FuzzedLabels.wellFormed(&generator, size: Int(Self.label))
      if number.isMultiple(of: 2) { bytes = FuzzedLabels.mutating(bytes, &generator) }
      guard let area = try? LabelArea(bytes),
        let backend = try? LabelledBackend(area, geometry: geometry, length: larger.mappedSize)
      else { continue }
      let before = try PlannedBackend.shown(backend)
      let plans: [(String, Int, () throws -> LabelAreaChange)] = [
        ("move", 3, { try backend.moved(toSlot: 3) }),
        ("resize", 0, { try backend.resized(labelSize: 256 << 10) }),
        ("convert 1.1", 0, { try backend.converted(to: .v1_1, contents: [:]) }),
        ("--to-version 1.2", 0, { try backend.converted(to: .v1_2, contents: [:]) }),
        ("relocate", 0, { try backend.relocated(to: larger, occupant: occupant) }),
        ("--to", 0, { try backend.copied(to: larger, length: larger.mappedSize, occupant: occupant) }),
      ]
      for (what, slot, plan) in plans {
        do {
          try Self.expect(plan(), shows: before, slot: slot, what, backend)
          planned += 1
        } catch let refusal as MigrationRefusal {
          if refusal.description.isEmpty { Issue.record("a refusal without words") }
        }
      }
    }
    #expect(planned > 0)
  }

  @Test("changes planned one on the other are one change")
  func chain() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (32 << 20, 16 << 20)], .v1_1)
    let slot = try backend.moved(toSlot: 5)
    let moved = try #require(try LabelledBackend(after: slot, alignment: 4096))
    let size = try moved.resized(labelSize: 2 << 20)
    let resized = try #require(try LabelledBackend(after: size, alignment: 4096))
    let version = try resized.converted(to: .v1_2, contents: [:])
    let change = slot.followed(by: size).followed(by: version)
    #expect(change.before == slot.before)
    #expect(change.after == version.after)
    #expect(try PlannedBackend.shown(after: change, slot: 5).essences == PlannedBackend.shown(backend).essences)
    #expect(try LabelledBackend(after: backend.split(), alignment: 4096)?.length == nil)
  }
}
