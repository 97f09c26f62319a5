package import CKVM

/// The page tables of a CPU in 64-bit mode.
///
/// KVM_TRANSLATE does not serve: it refuses the pages of programs where the kernel protects itself from them (SMAP).
/// Source: Intel SDM volume 3A, 4.5 (4-level and 5-level paging).
package struct PageTables: Sendable {
  private let root: UInt64
  private let levels: Int

  /// The tables that the special registers of a CPU name; `nil` if it is not in 64-bit mode.
  package init?(_ registers: kvm_sregs) {
    guard registers.cs.l == 1 else { return nil }
    root = registers.cr3
    levels = registers.cr4 & 1 << 12 != 0 ? 5 : 4
  }

  /// Returns the physical address of the linear `address`; `nil` if it has none, or if `read`, which returns the eight
  /// bytes at a physical address, cannot read a table.
  package func translate(_ address: UInt64, read: (UInt64) -> UInt64?) -> UInt64? {
    var table = root
    for level in (0..<levels).reversed() {
      let shift = UInt64(12 + 9 * level)
      guard let entry = read(table & Self.frame + (address >> shift & 0x1ff) * 8), entry & Self.isPresent != 0 else {
        return nil
      }
      // Of 1 GiB, 2 MiB or 4 KiB.
      if level == 0 || level < 3 && entry & Self.isLarge != 0 {
        let offset = UInt64(1) << shift - 1
        return entry & Self.frame & ~offset | address & offset
      }
      table = entry
    }
    return nil
  }

  private static let isPresent: UInt64 = 1 << 0
  private static let isLarge: UInt64 = 1 << 7
  private static let frame: UInt64 = 0x000f_ffff_ffff_f000
}
