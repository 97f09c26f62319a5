import Basics

/// The range of guest physical addresses into which memory devices are plugged, in bytes.
///
/// Source: QEMU `pc_memory_init`, `pc_q35_init`, `pc_init1`, `virt_set_memmap`, `spapr_machine_init`.
package struct MemoryWindow: Hashable, Sendable {
  package let base: UInt64
  package let length: UInt64

  package init(base: UInt64, length: UInt64) {
    self.base = base
    self.length = length
  }

  /// The machines whose window is described.
  package enum Machine: Sendable {
    /// `pc`: 3.5 GiB of RAM stay below 4 GiB, or 3 GiB if there is more.
    case pc
    /// `q35`: 2.75 GiB of RAM stay below 4 GiB, or 2 GiB if there is more.
    case q35
    /// `virt`, aarch64: RAM begins at 1 GiB and continues without a hole.
    case virt
    /// `pseries`, ppc64: RAM begins at 0 and continues without a hole.
    case pseries

    /// Returns how many of `ram` bytes lie below 4 GiB if the machine splits its RAM; `limit` is `max-ram-below-4g=`.
    package func lowRAM(of ram: UInt64, limit: UInt64? = nil) -> UInt64 {
      switch self {
      case .pc:
        let limit = limit ?? 3584 << 20
        return ram >= limit ? min(limit, 3 << 30) : ram
      case .q35:
        let limit = min(limit ?? .max, ram >= 2816 << 20 ? 2 << 30 : 2816 << 20)
        return min(ram, limit)
      case .virt, .pseries: return ram
      }
    }
  }

  /// Creates the window of `machine` with `ram` bytes and room up to `maximum`. It lies after the RAM, at a multiple of
  /// 1 GiB, with 1 GiB to spare for the alignment of each of `slots` devices; machines before 2.2 do not have that
  /// spare room (`alignsDevices`). `lowLimit` is `max-ram-below-4g=`; `highRAMStart` is the address at which the RAM
  /// above 4 GiB continues. `nil` if the window would exceed 2⁶⁴.
  package init?(
    _ machine: Machine, ram: UInt64, slots: UInt64, maximum: UInt64, alignsDevices: Bool = true,
    lowLimit: UInt64? = nil, highRAMStart: UInt64 = 4 << 30
  ) {
    let gigabyte: UInt64 = 1 << 30
    let ramEnd: UInt64? =
      switch machine {
      case .pc, .q35: (ram - machine.lowRAM(of: ram, limit: lowLimit)).checkedSum(highRAMStart)
      case .virt: ram.checkedSum(gigabyte)
      case .pseries: ram
      }
    // The alignment of a device on POWER needs no room of its own.
    let slack = (alignsDevices && machine != .pseries ? slots : 0).multipliedReportingOverflow(by: gigabyte)
    guard maximum >= ram, let base = ramEnd?.alignedUp(to: gigabyte), !slack.overflow,
      let length = (maximum - ram).checkedSum(slack.partialValue), base.checkedSum(length) != nil
    else { return nil }
    self.init(base: base, length: length)
  }

  /// Returns whether the `size` bytes at `address` lie within the window.
  package func contains(_ address: UInt64, size: UInt64) -> Bool {
    address >= base && address - base <= length && size <= length - (address - base)
  }
}
