import Basics

/// The range of guest physical addresses into which memory devices are plugged, in bytes.
///
/// Source: QEMU `pc_memory_init`, `pc_q35_init`, `pc_init1`, `virt_set_memmap`.
package struct MemoryWindow: Hashable, Sendable {
  package let base: UInt64
  package let length: UInt64

  package init(base: UInt64, length: UInt64) {
    self.base = base
    self.length = length
  }

  /// The machines whose window is described.
  package enum Machine: Sendable {
    /// `pc`: 3.5 GiB of RAM stay below 4 GiB, or 3 GiB where there is more.
    case pc
    /// `q35`: 2.75 GiB of RAM stay below 4 GiB, or 2 GiB where there is more.
    case q35
    /// `virt`, aarch64: RAM begins at 1 GiB and goes on without a hole.
    case virt

    /// How much of `ram` bytes lies below 4 GiB, where the machine divides it; `limit` is `max-ram-below-4g=`.
    package func lowRAM(of ram: UInt64, limit: UInt64? = nil) -> UInt64 {
      switch self {
      case .pc:
        let limit = limit ?? 3584 << 20
        return ram >= limit ? min(limit, 3 << 30) : ram
      case .q35:
        let limit = min(limit ?? .max, ram >= 2816 << 20 ? 2 << 30 : 2816 << 20)
        return min(ram, limit)
      case .virt: return ram
      }
    }
  }

  /// The window of `machine` with `ram` bytes and room up to `maximum`: behind the RAM, at a multiple of 1 GiB,
  /// with 1 GiB to spare for the alignment of each of `slots` devices, which machines before 2.2 do not have
  /// (`alignsDevices`). `lowLimit` is `max-ram-below-4g=`; `highRAMStart` where the RAM goes on that is not below 4 GiB.
  /// Nil past 2⁶⁴.
  package init?(
    _ machine: Machine, ram: UInt64, slots: UInt64, maximum: UInt64, alignsDevices: Bool = true,
    lowLimit: UInt64? = nil, highRAMStart: UInt64 = 4 << 30
  ) {
    let gigabyte: UInt64 = 1 << 30
    let ramEnd: UInt64? =
      switch machine {
      case .pc, .q35: (ram - machine.lowRAM(of: ram, limit: lowLimit)).checkedSum(highRAMStart)
      case .virt: ram.checkedSum(gigabyte)
      }
    let slack = (alignsDevices ? slots : 0).multipliedReportingOverflow(by: gigabyte)
    guard maximum >= ram, let base = ramEnd?.alignedUp(to: gigabyte), !slack.overflow,
      let length = (maximum - ram).checkedSum(slack.partialValue), base.checkedSum(length) != nil
    else { return nil }
    self.init(base: base, length: length)
  }

  /// Whether the `size` bytes at `address` lie within.
  package func contains(_ address: UInt64, size: UInt64) -> Bool {
    address >= base && address - base <= length && size <= length - (address - base)
  }
}
