import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// A repair restores damaged bytes if something proves them, and otherwise asks.
@Suite("Proofs of a repair")
struct ProofTests {
  /// Returns an area with three labels of version 1.2, in the smallest possible area: 14 slots.
  private static func area(_ count: Int = 3) throws -> [UInt8] {
    let names = ["db", "log", "scratch", "more"]
    return try LabelArea.encoded(
      .v1_2, size: 4096,
      labels: (0..<count).map { number in
        var label = MadeLabels.label(
          cookie: InterleaveSetCookie(virtualSlot: 0).v1_2, dpa: UInt64(number) * 32 << 20, rawSize: 16 << 20,
          uuid: try #require(UUID(uuidString: "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c1\(number)")), name: names[number])
        label[NamespaceLabel.Fields.sectorSize] = 512
        label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.fsdax.guid)
        return label
      }
    ).array
  }

  private static let isWhole =
    CrashStates.isRelease || ProcessInfo.processInfo.environment["VNVDIMM_CRASH_STATES"] == "all"

  /// Returns all ways to change one byte of `count`, or every 16th of them in debug builds, which are slow.
  private static func damages(of count: Int) -> [(place: Int, mask: UInt8)] {
    let all = (0..<count).flatMap { place in (1...255).map { (place: place, mask: UInt8($0)) } }
    return isWhole ? all : all.enumerated().filter { $0.offset % 16 == 3 }.map(\.element)
  }

  /// Returns the valid labels without their slot numbers.
  private static func labels(_ bytes: [UInt8]) throws -> Set<[UInt8]> {
    Set(try LabelArea(bytes).validLabels.map { [UInt8]($0.bytes[..<120] + $0.bytes[124..<248]) })
  }

  private struct Count: Equatable {
    var right = 0
    var asked = 0
  }

  /// Repairs `area` after each damage to one of the `count` bytes from `start`. Every repair is right, or asks.
  private static func count(
    _ area: [UInt8], damaging start: Int, _ count: Int, witnesses: [NamespaceWitness] = []
  ) throws -> Count {
    let good = try labels(area)
    var answer = Count()
    for (place, mask) in damages(of: count) {
      var damaged = area
      damaged[start + place] ^= mask
      let repair = LabelRepair(try LabelArea(damaged), dimm: MadeLabels.dimm, witnesses: witnesses)
      if try labels(repair.bytes.array) == good, !repair.actions.contains(where: \.isOpen) {
        answer.right += 1
      } else if repair.actions.contains(where: \.isOpen), try labels(repair.bytes.array).isSubset(of: good) {
        answer.asked += 1
      } else {
        Issue.record("byte \(place) ^ \(mask): \(repair.actions)")
      }
    }
    return answer
  }

  @Test("a label with one damaged byte comes back as it was, or is asked about") func label() throws {
    let area = try Self.area()
    let alone = try Self.count(area, damaging: 512 + 256, 256)
    let label = try #require(try LabelArea(area).label(in: 1))
    let witness = NamespaceWitness(of: label, .fsdax)
    let witnessed = try Self.count(area, damaging: 512 + 256, 256, witnesses: [witness])
    print("of \(alone.right + alone.asked) damages right: \(alone.right), with an info block \(witnessed.right)")
    #expect(witnessed.right >= alone.right)
    if Self.isWhole {
      #expect(alone == Count(right: 65_150, asked: 130))
      #expect(witnessed == Count(right: 65_278, asked: 2))
    }
  }

  @Test("a label that is gone is offered where an info block names it, and made again as chosen")
  func lost() throws {
    let area = try Self.area()
    let label = try #require(try LabelArea(area).label(in: 1))
    let others = try LabelArea(area).validLabels.filter { $0.slot != 1 }.map { NamespaceWitness(of: $0, .fsdax) }
    let witnesses = others + [NamespaceWitness(of: label, .fsdax)]
    // With nothing missing; without the whole slot; without the whole area.
    #expect(LabelRepair(try LabelArea(area), dimm: MadeLabels.dimm, witnesses: witnesses).actions.isEmpty)
    for (start, count) in [(512 + 256, 256), (0, area.count)] {
      var damaged = area
      damaged.replaceSubrange(start..<start + count, with: [UInt8](repeating: 0, count: count))
      let read = try LabelArea(damaged)
      let asked = LabelRepair(read, dimm: MadeLabels.dimm, witnesses: witnesses)
      #expect(asked.bytes.array == damaged)
      let open = asked.actions.filter(\.isOpen)
      #expect(open.count == (start == 0 ? witnesses.count : 1))
      #expect(open.allSatisfy { $0.choices.count == 1 && $0.choices[0].fields == nil })
      let choices = Dictionary(uniqueKeysWithValues: open.compactMap { action in action.slot.map { ($0, 1) } })
      let chosen = LabelRepair(
        read, dimm: MadeLabels.dimm, decisions: RepairDecisions(choices: choices), witnesses: witnesses)
      #expect(chosen.actions.filter(\.isOpen).isEmpty)
      let after = try LabelArea(chosen.bytes)
      func facts(_ labels: [NamespaceLabel]) -> Set<[UInt64]> {
        Set(labels.map { [$0.cookie, $0.dpa, $0.rawSize, UInt64($0.uuid.uuid.0)] })
      }
      let before = try LabelArea(area).validLabels
      #expect(facts(after.validLabels) == facts(before))
      #expect(LabelVerification(after, dimm: MadeLabels.dimm).findings.allSatisfy { $0.severity == .note })
      // With the decision to discard, the repair asks nothing.
      let dropped = LabelRepair(read, dimm: MadeLabels.dimm, decisions: .discarding, witnesses: witnesses)
      #expect(dropped.actions.filter(\.isOpen).isEmpty)
    }
  }

  @Test("a label for the namespace of another one, by its info block, is asked about")
  func foreign() throws {
    let area = try LabelArea(Self.area())
    var other = try #require(area.label(in: 1))
    other.uuid = MadeLabels.uuid(77)
    let witnesses = [NamespaceWitness(of: other, .fsdax)]
    let asked = LabelRepair(area, dimm: MadeLabels.dimm, witnesses: witnesses)
    #expect(asked.bytes == area.bytes && asked.actions.map(\.slot) == [1])
    let decisions = RepairDecisions(choices: [1: 1])
    let chosen = LabelRepair(area, dimm: MadeLabels.dimm, decisions: decisions, witnesses: witnesses)
    let labels = try LabelArea(chosen.bytes).validLabels
    #expect(labels.count == area.validLabels.count)
    #expect(labels.contains { $0.uuid == other.uuid && $0.dpa == other.dpa })
  }

  @Test("an index block with one damaged byte comes back as it was", arguments: [0, 1]) func index(number: Int) throws {
    let area = try Self.area()
    let count = try Self.count(area, damaging: number * 256, 256)
    #expect(count == Count(right: Self.damages(of: 256).count, asked: 0))
  }

  @Test("an index block that is alone comes back by its own checksum") func loneIndex() throws {
    var area = try Self.area()
    area.replaceSubrange(256..<512, with: [UInt8](repeating: 0, count: 256))
    let count = try Self.count(area, damaging: 0, 256)
    #expect(count == Count(right: Self.damages(of: 256).count, asked: 0))
  }

  @Test("the block that rules, once corrected, rules again") func newerIndex() throws {
    // A fourth label, which only the newer block lists.
    let (before, after) = (try Self.area(), try Self.area(4))
    let change = LabelAreaChange(
      before: LabelAreaPlacement(offset: 0, bytes: before), after: LabelAreaPlacement(offset: 0, bytes: after),
      lengthBefore: 4096, lengthAfter: 4096)
    let steps = try LabelTransaction(change, canGrow: true).steps
    let next = SimulatedDisk(before).applying(steps.prefix(3)).bytes
    let number = try #require(try LabelArea(next).indexes.currentNumber)
    var damaged = next
    damaged[number * 256 + 72] ^= 1
    #expect(try Self.labels(damaged).count == 3)
    let repair = LabelRepair(try LabelArea(damaged), dimm: MadeLabels.dimm)
    #expect(repair.bytes.array == next)
    #expect(repair.actions == [.indexCorrected(number)])
  }

  @Test("a block under which Linux would show less than now is asked about") func newerIndexThatHides() throws {
    // In place of the label, the newer block lists a copy that belongs to another DIMM.
    let area = try LabelArea(Self.area(1))
    let number = 1 - (try #require(area.indexes.currentNumber))
    var block = try #require(area.indexes.current)
    block.markFree(0)
    block.markUsed(1)
    block.seal(as: number, sequence: block.sequence.next, in: area.geometry)
    var foreign = try #require(area.label(in: 0))
    foreign[NamespaceLabel.Fields.cookie] ^= 1
    foreign.seal(slot: 1)
    var bytes = area.bytes.array
    bytes.replaceSubrange(area.geometry.offset(ofSlot: 1)..<area.geometry.offset(ofSlot: 2), with: foreign.bytes)
    bytes.replaceSubrange(number * 256..<number * 256 + 256, with: block.bytes)
    bytes[number * 256 + 100] ^= 0xa4
    let damaged = try LabelArea(bytes)
    #expect(damaged.validLabels.map(\.cookie) == area.validLabels.map(\.cookie))
    for decisions in [RepairDecisions.none, .discarding] {
      let repair = LabelRepair(damaged, dimm: MadeLabels.dimm, decisions: decisions)
      #expect(repair.actions == [decisions.discardsLabels ? .indexRebuilt(number) : .indexOpen(number)])
      #expect(try Self.labels(repair.bytes.array) == Self.labels(area.bytes.array))
    }
  }

  @Test("a label of which more is damaged comes back by an older copy that its checksum confirms") func copy() throws {
    var area = try Self.area()
    let label = try #require(try LabelArea(area).label(in: 1))
    var older = label
    older.flags = .updating
    older.seal(slot: 7)
    area.replaceSubrange(512 + 7 * 256..<512 + 8 * 256, with: older.bytes)
    var damaged = area
    for byte in stride(from: 3, to: 200, by: 7) { damaged[512 + 256 + byte] ^= 0x5a }
    let repair = LabelRepair(try LabelArea(damaged), dimm: MadeLabels.dimm)
    #expect(try Self.labels(repair.bytes.array) == Self.labels(area))
    #expect(repair.actions == [.labelProved(slot: 1, NamespaceIdentity(label), .copy)])
  }

  @Test("what nothing proves is offered, stays as it is, and is dropped or chosen on demand") func open() throws {
    let area = try Self.area()
    var damaged = area
    // Two changed bytes of the uuid: the label is plausible, but is another one.
    for byte in [1, 9] { damaged[512 + 256 + byte] ^= 0x5a }
    let labels = try LabelArea(damaged)
    let asked = LabelRepair(labels, dimm: MadeLabels.dimm)
    #expect(asked.bytes == damaged)
    guard case .labelOpen(1, _, .labelChecksum, let choices) = try #require(asked.actions.first) else {
      Issue.record("\(asked.actions)")
      return
    }
    #expect(choices.map(\.fields) == [["checksum"]])
    let chosen = LabelRepair(labels, dimm: MadeLabels.dimm, decisions: RepairDecisions(choices: [1: 1]))
    #expect(try LabelArea(chosen.bytes).validLabels.count == 3)
    let dropped = LabelRepair(labels, dimm: MadeLabels.dimm, decisions: .discarding)
    #expect(try LabelArea(dropped.bytes).usedSlots.count == 2)
  }
}
