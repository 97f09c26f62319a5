import Firmware

/// Where the VMM puts what a booting PC finds below 1 MiB and in the hole below 4 GiB.
enum LowMemory {
  /// Where a PC's operating system tells the BIOS to pass over its memory test, and with which two bytes.
  static let warmStartFlag: UInt64 = 0x472
  static let warmStart: [UInt8] = [0x34, 0x12]
  static let globalDescriptorTable: UInt64 = 0x500
  /// Ten pages: one each of the first two levels, eight of the third.
  static let pageTables: UInt64 = 0x1_0000
  static let bootParameters: UInt64 = 0x2_0000
  static let commandLine: UInt64 = 0x3_0000
  /// The end of what a PC calls conventional memory.
  static let conventionalEnd: UInt64 = 0x9_fc00
  /// The RSDP and the reset vector lie here.
  static let firmware: Range<UInt64> = 0xe_0000..<0x10_0000
  static let resetVector: UInt64 = 0xf_fff0
  static let end: UInt64 = 0x10_0000

  /// Four pages without memory that Intel hosts need to run real mode; QEMU has them here, too.
  static let realModeHelpers: Range<UInt64> = 0xfeff_c000..<0xff00_0000

  /// What the guest must not take for free.
  static let reserved: [Range<UInt64>] = [
    firmware, GuestPlatform.firmwareMemory, GuestPlatform.flushHints, realModeHelpers,
  ]
}
