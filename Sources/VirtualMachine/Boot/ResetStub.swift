import Firmware

/// Real-mode instructions at the reset vector, F000:FFF0, that write the reset register.
///
/// With hardware-reduced ACPI and no EFI, Linux reboots by a jump to the reset vector, where a PC has its BIOS.
/// Without these seven bytes the guest would run through zeroes for ever.
enum ResetStub {
  static let code: [UInt8] = [
    0xba, UInt8(truncatingIfNeeded: GuestPlatform.resetPort), UInt8(truncatingIfNeeded: GuestPlatform.resetPort >> 8),
    0xb0, GuestPlatform.resetValue,  // mov dx, port; mov al, value
    0xee,  // out dx, al
    0xf4,  // hlt
  ]
}
