import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// After a crash at any moment, the next run restores the state before or completes the state after.
@Suite("Label transactions survive crashes")
struct LabelTransactionCrashTests {
  /// The guest's view of a backend, and the contents of its namespaces.
  struct View: Hashable {
    struct Namespace: Hashable {
      let label: [UInt8]
      let data: [UInt8]
    }

    let length: UInt64
    /// The namespaces shown, by DIMM slot: one without a label if labels play no part, or `nil` if the region is
    /// refused.
    let namespaces: [[Namespace]?]

    /// Makes the view of `disk` with a label area at `place`, or `nil` if the disk is too short for that.
    init?(_ disk: SimulatedDisk, _ place: Range<Int>, regionLimit: Int = .max) {
      guard disk.bytes.count >= place.upperBound else { return nil }
      length = disk.length
      let region = [Namespace(label: [], data: [UInt8](disk.bytes[..<min(place.lowerBound, regionLimit)]))]
      guard let area = try? LabelArea([UInt8](disk.bytes[place])) else {
        namespaces = [region]
        return
      }
      namespaces = [0, 1].map { slot in
        let probe = RegionProbe(
          area, regionSize: UInt64(place.lowerBound), cookie: InterleaveSetCookie(virtualSlot: slot), boot: .cold)
        guard case .namespaces(let found) = probe.outcome else { return probe.outcome == .labelless ? region : nil }
        return found.map { namespace in
          // The label without its slot and checksum.
          let label = area.label(in: namespace.slots[0])?.bytes ?? []
          let data = disk.bytes[Int(namespace.dpa)..<Int(namespace.dpa + namespace.size)]
          return Namespace(label: [UInt8](label.prefix(120) + label.dropFirst(124).prefix(124)), data: [UInt8](data))
        }
      }
    }
  }

  /// Returns the places of the area of `change` before and after it; a missing area is an empty range at the end. An
  /// area that was removed without shortening the file remains there, blank.
  static func places(_ change: LabelAreaChange) -> [Range<Int>] {
    let remaining = change.lengthAfter == change.lengthBefore ? change.before : nil
    return [(change.before, change.lengthBefore), (change.after ?? remaining, change.lengthAfter)].map {
      (placement, length) in placement.map { Int($0.offset)..<Int($0.end) } ?? Int(length)..<Int(length)
    }
  }

  @Test("every crash state of every change", arguments: LabelChangeCase.all)
  func everyState(of test: LabelChangeCase) throws { try Self.examine(test, CrashStates.Depth.full) }

  /// With `VNVDIMM_CRASH_STATES=all` in the environment, as `make check-long` sets it, all states are tested.
  private static let operationDepth: CrashStates.Depth =
    ProcessInfo.processInfo.environment["VNVDIMM_CRASH_STATES"] == "all" ? .full : .brief

  @Test(
    "every crash state of every operation, as planned",
    .enabled(if: CrashStates.isRelease, "areas of QEMU's smallest size are many bytes for a debug build: make check"),
    arguments: try LabelChangeCase.operations())
  func everyOperation(_ test: LabelChangeCase) throws { try Self.examine(test, Self.operationDepth) }

  private static func examine(_ test: LabelChangeCase, _ depth: CrashStates.Depth) throws {
    let change = test.change
    let transaction = try LabelTransaction(change, canGrow: test.canGrow)
    #expect(transaction.method == test.method)
    let start = test.disk
    let places = places(change)
    func view(_ disk: SimulatedDisk, _ place: Range<Int>) -> View? {
      View(disk, place, regionLimit: test.regionLimit)
    }
    let old = try #require(view(start, places[0]))
    let end = start.applying(transaction.steps)
    let new = try #require(view(end, places[1]))
    // The steps achieve their purpose.
    var wanted = start
    wanted.apply(.resize(length: change.lengthAfter))
    if let after = change.after { wanted.apply(.write(offset: after.offset, bytes: after.bytes)) }
    for block in change.rewrites { wanted.apply(.write(offset: block.offset, bytes: block.after)) }
    if change.after != nil { #expect(new == view(wanted, places[1])) }
    #expect(end.unfinished(canGrow: test.canGrow) == nil)

    /// A file that was extended before its mark arrived counts as unchanged: it has only unused zeros behind its old
    /// end.
    func isOldOrNew(_ disk: SimulatedDisk) -> Bool {
      var disk = disk
      if disk.length > max(change.lengthBefore, change.lengthAfter),
        disk.bytes[Int(change.lengthBefore)...].dropLast(256).allSatisfy({ $0 == 0 })
      {
        disk.resize(to: Int(change.lengthBefore))
      }
      return view(disk, places[0]) == old || view(disk, places[1]) == new
    }
    var (recoveries, failures) = (0, 0)
    let states = CrashStates(steps: transaction.steps, depth: depth)
    let count = states.visit(from: start) { state in
      guard let unfinished = state.unfinished(canGrow: test.canGrow) else {
        failures += isOldOrNew(state) ? 0 : 1
        return
      }
      // The recovery itself may be interrupted, too.
      for done in 0...unfinished.steps.count {
        recoveries += 1
        let interrupted = state.applying(unfinished.steps.prefix(done))
        let recovered = interrupted.applying(interrupted.unfinished(canGrow: test.canGrow)?.steps ?? [])
        failures += isOldOrNew(recovered) && recovered.unfinished(canGrow: test.canGrow) == nil ? 0 : 1
      }
    }
    #expect(failures == 0)
    print("crash states of \(test): \(count) (\(transaction.method.rawValue)), recoveries \(recoveries)")
  }

  @Test("every crash state of a recovery", arguments: LabelChangeCase.all.filter { $0.method == .record })
  func everyStateOfRecovery(of test: LabelChangeCase) throws {
    try Self.examineRecovery(of: test, CrashStates.Depth.full)
  }

  @Test(
    "every crash state of an operation's recovery",
    .enabled(if: CrashStates.isRelease, "areas of QEMU's smallest size are many bytes for a debug build: make check"),
    arguments: try LabelChangeCase.operations().filter { $0.method == .record })
  func everyStateOfOperationRecovery(of test: LabelChangeCase) throws {
    try Self.examineRecovery(of: test, Self.operationDepth)
  }

  private static func examineRecovery(of test: LabelChangeCase, _ depth: CrashStates.Depth) throws {
    let change = test.change
    let steps = try LabelTransaction(change, canGrow: test.canGrow).steps
    let places = places(change)
    let old = try #require(View(test.disk, places[0]))
    let new = try #require(View(test.disk.applying(steps), places[1]))
    var (count, failures) = (0, 0)
    var state = test.disk
    for step in steps {
      state.apply(step)
      guard let unfinished = state.unfinished(canGrow: test.canGrow) else { continue }
      let states = CrashStates(steps: unfinished.steps, depth: depth)
      count += states.visit(from: state) { torn in
        let recovered = torn.applying(torn.unfinished(canGrow: test.canGrow)?.steps ?? [])
        failures += View(recovered, places[0]) == old || View(recovered, places[1]) == new ? 0 : 1
      }
    }
    #expect(failures == 0)
    #expect(count > 0)
    print("crash states of recoveries of \(test): \(count)")
  }
}
