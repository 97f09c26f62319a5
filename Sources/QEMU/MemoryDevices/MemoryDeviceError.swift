import Basics

/// The reason why a machine cannot place a memory device. All sizes and addresses are in bytes.
///
/// Source: QEMU `hw/mem/memory-device.c`, `hw/mem/pc-dimm.c`, `hw/core/machine.c`.
package enum MemoryDeviceError: Error, Hashable, Sendable {
  // The values of `-m` are inconsistent.
  case slotsWithoutMaximum
  case maximumBelowSize(maximum: UInt64, size: UInt64)
  case maximumEqualToSize(UInt64)
  case tooManySlots(UInt64, limit: UInt64, MemoryWindow.Machine)
  case maximumNotPageMultiple
  // No slot for the device.
  case noSlots
  case invalidSlot(Int, slots: UInt64)
  case slotBusy(Int)
  case noFreeSlot
  // No room for the device.
  case notEnoughSpace(used: UInt64, total: UInt64)
  case addressNotAligned(alignment: UInt64)
  case sizeNotMultiple(alignment: UInt64)
  case outsideWindow(address: UInt64, size: UInt64, window: MemoryWindow)
  case addressConflict(id: String?)
  case fragmented
  /// The wording of older releases for one of the other cases.
  indirect case formerly(MemoryDeviceError, FormerWords)

  package enum FormerWords: Hashable, Sendable {
    case slotsLessThan
    case hotPluggable
    case memoryAt
  }
}

extension MemoryDeviceError {
  /// Returns this error in the words of `release`.
  func told(by release: QEMURelease) -> MemoryDeviceError {
    switch self {
    // Releases before 3.0 do not distinguish "no slots" from "no free slot".
    case .noSlots where release < QEMURelease(3, 0): .noFreeSlot
    case .invalidSlot where release.has(.slotsLessThan): .formerly(self, .slotsLessThan)
    case .notEnoughSpace where release.has(.hotPluggable): .formerly(self, .hotPluggable)
    case .outsideWindow where release.has(.memoryAt): .formerly(self, .memoryAt)
    case .addressConflict where release.has(.memoryAt): .formerly(self, .memoryAt)
    default: self
    }
  }

  /// This error, independent of the wording of a release.
  var fact: MemoryDeviceError { if case .formerly(let error, _) = self { error } else { self } }
}

extension MemoryDeviceError: CustomStringConvertible {
  /// QEMU's message, without the name of the program and without the argument.
  package var description: String {
    switch self {
    case .slotsWithoutMaximum: "slots specified but no max-size"
    case .maximumBelowSize(let maximum, let size):
      "invalid value of maxmem: maximum memory size (\(maximum.hex)) must be at least the initial memory size "
        + "(\(size.hex))"
    case .maximumEqualToSize(let size):
      "invalid value of maxmem: memory slots were specified but maximum memory size (\(size.hex)) is equal to the "
        + "initial memory size (\(size.hex))"
    case .tooManySlots(let slots, _, .pc), .tooManySlots(let slots, _, .q35):
      "unsupported amount of memory slots: \(slots)"
    case .tooManySlots(let slots, _, .virt): "unsupported number of memory slots: \(slots)"
    case .tooManySlots(let slots, let limit, .pseries):
      "Specified number of memory slots \(slots) exceeds max supported \(limit)"
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
    case .formerly(.invalidSlot(let slot, let slots), .slotsLessThan):
      "invalid slot# \(slot), should be less than \(slots)"
    case .formerly(.notEnoughSpace(let used, let total), .hotPluggable):
      "not enough space, currently \(used.hex) in use of total hot pluggable \(total.hex)"
    case .formerly(.outsideWindow(let address, let size, let window), .memoryAt) where address < window.base:
      "can't add memory [\(address.hex):\(size.hex)] at \(window.base.hex)"
    case .formerly(.outsideWindow(let address, let size, let window), .memoryAt):
      "can't add memory [\(address.hex):\(size.hex)] beyond \((window.base &+ window.length).hex)"
    case .formerly(.addressConflict(let id), .memoryAt): "address range conflicts with '\(id ?? "(null)")'"
    case .formerly(let error, _): error.description
    case .fragmented:
      "could not find position in guest address space for memory device - memory fragmented due to alignments"
    }
  }
}
