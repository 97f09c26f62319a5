import Basics
import PersistentMemory

/// The slots and addresses that memory devices get, in the order in which the devices are plugged.
///
/// Source: QEMU 7.2 `pc_dimm_pre_plug`, `pc_dimm_get_free_slot`, `memory_device_get_free_addr`.
package struct MemoryDevicePlacement: Sendable {
  /// One device in its place.
  package struct Placement: Hashable, Sendable {
    package let id: String?
    package let slot: Int
    package let address: UInt64
    /// The size that the guest sees, in bytes, without the label area.
    package let size: UInt64
  }

  /// The maximum number of slots of a machine, except for pseries under TCG, which has fewer.
  package static let slotLimit = UInt64(InterleaveSetCookie.virtualSlots)
  static let slotLimitOfTCGOnPOWER: UInt64 = 32

  /// The placements in the order of plugging.
  package private(set) var placements: [Placement] = []
  package let window: MemoryWindow
  package let slots: UInt64
  /// `maxmem` minus RAM, in bytes: the limit for the sum of the sizes of all devices. Gaps between devices do not
  /// count.
  package let space: UInt64

  /// Describes a machine with `ram` bytes and the room for devices that `-m` gives; `nil` if `-m` does not mention it.
  package init(
    ram: UInt64, slots: UInt64?, maximum: UInt64?, machine: MemoryWindow.Machine, alignsDevices: Bool = true,
    lowLimit: UInt64? = nil, highRAMStart: UInt64 = 4 << 30, slotLimit: UInt64 = Self.slotLimit
  ) throws(MemoryDeviceError) {
    try Self.checkRelation(ram: ram, slots: slots, maximum: maximum)
    guard maximum == nil || slots ?? 0 <= slotLimit else {
      throw .tooManySlots(slots ?? 0, limit: slotLimit, machine)
    }
    let maximum = maximum ?? ram
    let slots = slots ?? 0
    guard maximum == ram || maximum.isMultiple(of: 4096) else { throw .maximumNotPageMultiple }
    let window = MemoryWindow(
      machine, ram: ram, slots: slots, maximum: maximum, alignsDevices: alignsDevices, lowLimit: lowLimit,
      highRAMStart: highRAMStart)
    guard let window else { throw .fragmented }
    self.window = window
    self.slots = slots
    space = maximum - ram
  }

  /// Makes the checks that QEMU makes before it creates the machine.
  package static func checkRelation(ram: UInt64, slots: UInt64?, maximum: UInt64?) throws(MemoryDeviceError) {
    guard let maximum else {
      guard slots == nil else { throw .slotsWithoutMaximum }
      return
    }
    let slots = slots ?? 0
    guard maximum >= ram else { throw .maximumBelowSize(maximum: maximum, size: ram) }
    guard slots == 0 || maximum > ram else { throw .maximumEqualToSize(ram) }
  }

  /// Returns the slot that the next device gets: `requested`, or the lowest free one.
  package func freeSlot(_ requested: Int? = nil) throws(MemoryDeviceError) -> Int {
    if let requested, requested < 0 || UInt64(requested) >= slots {
      throw .invalidSlot(requested, slots: slots)
    }
    guard slots > 0 else { throw .noSlots }
    let busy = placements.map(\.slot)
    if let requested {
      guard !busy.contains(requested) else { throw .slotBusy(requested) }
      return requested
    }
    guard let free = (0..<Int(slots)).first(where: { !busy.contains($0) }) else { throw .noFreeSlot }
    return free
  }

  /// Plugs a device of `size` bytes at `address`, or at the lowest address that has room and is a multiple of
  /// `alignment` (A), which must not be 0.
  @discardableResult
  package mutating func plug(
    id: String?, size: UInt64, alignment: UInt64, slot requested: Int? = nil, address: UInt64? = nil
  ) throws(MemoryDeviceError) -> Placement {
    try place(id: id, slot: freeSlot(requested), size: size, alignment: alignment, address: address)
  }

  /// The order of the checks.
  package enum Order: Sendable {
    /// Conflicts with other devices come first. (before 3.0)
    case conflictsFirst
    /// The sum of the sizes of all devices comes first, then the address.
    case roomFirst
    /// Like `roomFirst`, but the device's own size is checked before its address. (since 8.2)
    case sizeFirst
  }

  /// Places a device whose slot is already chosen; `slot` is -1 if the device takes none. `slotBehind` chooses the slot
  /// if QEMU does so after the address.
  @discardableResult
  package mutating func place(
    id: String?, slot: Int, size: UInt64, alignment: UInt64, address: UInt64? = nil, _ order: Order = .roomFirst,
    slotBehind: () throws(MemoryDeviceError) -> Int? = { nil }
  ) throws(MemoryDeviceError) -> Placement {
    if order != .conflictsFirst { try checkSpace(size) }
    if order == .sizeFirst, !size.isMultiple(of: alignment) { throw .sizeNotMultiple(alignment: alignment) }
    if let address, !address.isMultiple(of: alignment) { throw .addressNotAligned(alignment: alignment) }
    guard size.isMultiple(of: alignment) else { throw .sizeNotMultiple(alignment: alignment) }
    let place: UInt64
    if let address {
      if order == .conflictsFirst { try checkConflicts(address, size: size) }
      guard window.contains(address, size: size) else {
        throw .outsideWindow(address: address, size: size, window: window)
      }
      try checkConflicts(address, size: size)
      place = address
    } else {
      place = try firstFit(size: size, alignment: alignment, order)
    }
    if order == .conflictsFirst { try checkSpace(size) }
    let placement = Placement(id: id, slot: try slotBehind() ?? slot, address: place, size: size)
    placements.append(placement)
    return placement
  }

  private func checkSpace(_ size: UInt64) throws(MemoryDeviceError) {
    let used = placements.reduce(0) { $0 + $1.size }
    guard let sum = used.checkedSum(size), sum <= space else { throw .notEnoughSpace(used: used, total: space) }
  }

  private func checkConflicts(_ address: UInt64, size: UInt64) throws(MemoryDeviceError) {
    let other = placements.sorted { $0.address < $1.address }
      .first { $0.address < address &+ size && address < $0.address + $0.size }
    if let other { throw .addressConflict(id: other.id) }
  }

  private func firstFit(size: UInt64, alignment: UInt64, _ order: Order) throws(MemoryDeviceError) -> UInt64 {
    var candidate = window.base.alignedUp(to: alignment)
    for other in placements.sorted(by: { $0.address < $1.address }) {
      guard let start = candidate, let end = start.checkedSum(size) else { break }
      if end <= other.address { break }
      if start < other.address + other.size { candidate = (other.address + other.size).alignedUp(to: alignment) }
    }
    guard let candidate, window.contains(candidate, size: size) else {
      guard order == .conflictsFirst, let candidate else { throw .fragmented }
      throw .outsideWindow(address: candidate, size: size, window: window)
    }
    return candidate
  }
}
