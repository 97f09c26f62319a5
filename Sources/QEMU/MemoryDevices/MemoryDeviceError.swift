import Basics

/// Why a machine has no place for a memory device. All sizes and addresses are in bytes.
///
/// Source: QEMU `hw/mem/memory-device.c`, `hw/mem/pc-dimm.c`, `hw/core/machine.c`.
package enum MemoryDeviceError: Error, Hashable, Sendable {
  // What `-m` says does not fit together.
  case slotsWithoutMaximum
  case maximumBelowSize(maximum: UInt64, size: UInt64)
  case maximumEqualToSize(UInt64)
  case tooManySlots(UInt64)
  case maximumNotPageMultiple
  // A device finds no slot.
  case noSlots
  case invalidSlot(Int, slots: UInt64)
  case slotBusy(Int)
  case noFreeSlot
  // A device finds no room.
  case notEnoughSpace(used: UInt64, total: UInt64)
  case addressNotAligned(alignment: UInt64)
  case sizeNotMultiple(alignment: UInt64)
  case outsideWindow(address: UInt64, size: UInt64, window: MemoryWindow)
  case addressConflict(id: String?)
  case fragmented
}

extension MemoryDeviceError: CustomStringConvertible {
  /// QEMU's message, without the name of the program and of the argument to blame.
  package var description: String {
    switch self {
    case .slotsWithoutMaximum: "slots specified but no max-size"
    case .maximumBelowSize(let maximum, let size):
      "invalid value of maxmem: maximum memory size (\(maximum.hex)) must be at least the initial memory size "
        + "(\(size.hex))"
    case .maximumEqualToSize(let size):
      "invalid value of maxmem: memory slots were specified but maximum memory size (\(size.hex)) is equal to the "
        + "initial memory size (\(size.hex))"
    case .tooManySlots(let slots): "unsupported amount of memory slots: \(slots)"
    case .maximumNotPageMultiple: "maximum memory size must by aligned to multiple of 4096 bytes"
    case .noSlots: "no slots where allocated, please specify the 'slots' option"
    case .invalidSlot(let slot, let slots): "invalid slot number \(slot), valid range is [0-\(slots &- 1)]"
    case .slotBusy(let slot): "slot \(slot) is busy"
    case .noFreeSlot: "no free slots available"
    case .notEnoughSpace(let used, let total):
      "not enough space, currently \(used.hex) in use of total space for memory devices \(total.hex)"
    case .addressNotAligned(let alignment): "address must be aligned to \(alignment.hex) bytes"
    case .sizeNotMultiple(let alignment): "backend memory size must be multiple of \(alignment.hex)"
    case .outsideWindow(let address, let size, let window):
      "can't add memory device [\(address.hex):\(size.hex)], usable range for memory devices "
        + "[\(window.base.hex):\(window.length.hex)]"
    case .addressConflict(let id): "address range conflicts with memory device id='\(id ?? "(unnamed)")'"
    case .fragmented:
      "could not find position in guest address space for memory device - memory fragmented due to alignments"
    }
  }
}
