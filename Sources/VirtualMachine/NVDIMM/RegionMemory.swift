import Firmware
import PersistentMemory
import Storage
import Synchronization
import SystemPackage

/// The memory slots by which the guest has the regions of the NVDIMMs: every page but those with media errors.
///
/// The guest has no memory there, so each access leaves it: `MemoryFaults` serves the good lines of the page, and a read
/// of a bad one is a machine check. A page without errors costs nothing. An instruction that KVM cannot emulate is
/// executed once with the page, while the other CPUs wait.
final class RegionMemory: Sendable {
  private struct State: Sendable {
    /// The memory slots of each NVDIMM, by its DIMM slot and the part of the region.
    var slots: [Int: [Range<UInt64>: UInt32]] = [:]
    /// Memory slots that are no longer used.
    var free: [UInt32] = []
    /// The first memory slot that was never used.
    var next: UInt32
    /// Why the guest has the pages with errors, too.
    var reason: HiddenErrors?

    func parts(of dimm: DIMM) -> [Range<UInt64>] {
      slots[dimm.slot]?.keys.sorted { $0.lowerBound < $1.lowerBound } ?? []
    }

    /// What of the region of `dimm` the guest does not have, in whole pages that `range` touches.
    func gaps(of dimm: DIMM, within range: Range<UInt64>) -> [Range<UInt64>] {
      let size = UInt64(MemoryMapping.pageSize)
      var start = range.lowerBound.alignedDown(to: size)
      let end = range.upperBound.alignedUp(to: size) ?? range.upperBound
      var gaps: [Range<UInt64>] = []
      for part in parts(of: dimm) where part.upperBound > start && part.lowerBound < end {
        if start < part.lowerBound { gaps.append(start..<part.lowerBound) }
        start = part.upperBound
      }
      return start < end ? gaps + [start..<end] : gaps
    }

    mutating func takeSlot() -> UInt32 {
      if let slot = free.popLast() { return slot }
      defer { next += 1 }
      return next
    }
  }

  private let kvm: OwnedMachine
  /// The number of memory slots that there can be.
  private let limit: UInt32
  private let state: Mutex<State>

  /// Uses the memory slots of `kvm` from `first` on.
  init(_ kvm: OwnedMachine, from first: UInt32) throws(KVMError) {
    self.kvm = kvm
    limit = try kvm.machine.memorySlotLimit()
    state = Mutex(State(next: first, reason: kvm.machine.exitOnEmulationFailure() ? nil : .oldKVM))
  }

  /// Whether there may be pages that the guest does not have because of their errors.
  var leavesOutErrors: Bool { state.withLock { $0.reason == nil } }

  /// Returns whether the guest has what it is to have of the region of `dimm`.
  func isCurrent(_ dimm: DIMM) -> Bool { state.withLock { $0.parts(of: dimm) == parts(of: dimm, $0) } }

  /// Gives the guest what it is to have of the region of `dimm`: nothing while that is locked. No CPU may be in the guest
  /// if it has had other parts. Returns why errors are part of what the guest has, if they are.
  func update(_ dimm: DIMM) throws(KVMError) -> HiddenErrors? {
    try state.withLock { state throws(KVMError) in
      var wanted = parts(of: dimm, state)
      let old = state.slots[dimm.slot] ?? [:]
      // An instruction may need what lies between the parts of all NVDIMMs, too.
      let gaps = state.slots.reduce(wanted.count + 1) { $1.key == dimm.slot ? $0 : $0 + $1.value.count + 1 }
      if wanted.count + gaps > Int(limit - state.next) + state.free.count + old.count {
        state.reason = .tooFewMemorySlots
        wanted = parts(of: dimm, state)
      }
      // First what goes: two memory slots must not overlap.
      for (part, slot) in old where !wanted.contains(part) {
        try set(slot, dimm, part, isThere: false)
        state.slots[dimm.slot]?[part] = nil
        state.free.append(slot)
      }
      for part in wanted where old[part] == nil {
        let slot = state.takeSlot()
        try set(slot, dimm, part, isThere: true)
        state.slots[dimm.slot, default: [:]][part] = slot
      }
      return dimm.condition.value.errors.isEmpty ? nil : state.reason
    }
  }

  /// Gives the guest the pages with errors too, from the next `update` on, for `reason`.
  func includeErrors(_ reason: HiddenErrors) { state.withLock { $0.reason = $0.reason ?? reason } }

  /// A part of an NVDIMM.
  struct Place {
    let dimm: DIMM
    /// DPAs.
    let range: Range<UInt64>
  }

  /// Runs `body` while the guest has the pages at `places`, with errors or without. No CPU may be in the guest
  /// but for what `body` does.
  func including<Result>(_ places: [Place], _ body: () throws(KVMError) -> Result) throws(KVMError) -> Result {
    try state.withLock { state throws(KVMError) in
      var shown: [(slot: UInt32, dimm: DIMM, part: Range<UInt64>)] = []
      defer {
        for (slot, dimm, part) in shown {
          // What the instruction has written is noted by the slot alone.
          let pages = dimm.cache == nil ? nil : try? kvm.machine.writtenPages(slot: slot, size: part.count)
          dimm.cache?.note(pages ?? [], at: part.lowerBound)
          try? set(slot, dimm, part, isThere: false)
          state.free.append(slot)
        }
      }
      for place in places {
        for gap in state.gaps(of: place.dimm, within: place.range)
        where !shown.contains(where: { $0.dimm === place.dimm && $0.part.overlaps(gap) }) {
          let slot = state.takeSlot()
          shown.append((slot, place.dimm, gap))
          try set(slot, place.dimm, gap, isThere: true)
        }
      }
      return try body()
    }
  }

  private func parts(of dimm: DIMM, _ state: State) -> [Range<UInt64>] {
    let (condition, size) = (dimm.condition.value, dimm.geometry.regionSize)
    if condition.security.isLocked { return [] }
    guard state.reason == nil else { return [0..<size] }
    return condition.errors.soundParts(of: size, pageSize: UInt64(MemoryMapping.pageSize))
  }

  private func set(_ slot: UInt32, _ dimm: DIMM, _ part: Range<UInt64>, isThere: Bool) throws(KVMError) {
    try kvm.machine.setMemory(
      slot: slot, address: dimm.address + part.lowerBound, mapping: dimm.mapping, offset: Int(part.lowerBound),
      size: isThere ? part.count : 0, readOnly: dimm.isReadOnly, notesWrites: dimm.cache != nil)
  }

  /// Returns the pages of the region of `dimm` that the guest has written since the last call.
  func writtenPages(of dimm: DIMM) throws(Errno) -> WriteCache.Pages {
    let slots = state.withLock { $0.slots[dimm.slot] ?? [:] }
    var pages = WriteCache.Pages(bytes: dimm.geometry.regionSize)
    for (part, slot) in slots {
      do throws(KVMError) {
        pages.insert(try kvm.machine.writtenPages(slot: slot, size: part.count), at: part.lowerBound)
      } catch {
        // The slot has gone meanwhile; what it had noted was collected before.
        guard case .call(_, .noSuchFileOrDirectory) = error else { throw .ioError }
      }
    }
    return pages
  }
}
