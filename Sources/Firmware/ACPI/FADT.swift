import Basics

/// The Fixed ACPI Description Table of a hardware-reduced machine: no fixed hardware except the registers for sleep and
/// reset.
///
/// Source: ACPI 6.5, 5.2.9.
enum FADT {
  // Offsets count from the start of the table. The omitted fields have no meaning if the hardware-reduced flag is set.
  private static let bootArchitecture = Field<UInt16>("IAPC_BOOT_ARCH", at: 109)
  private static let flags = Field<UInt32>("flags", at: 112)
  private static let resetRegister = 116
  private static let resetValue = Field<UInt8>("RESET_VALUE", at: 128)
  private static let minorVersion = Field<UInt8>("FADT minor version", at: 131)
  private static let dsdt = Field<UInt64>("X_DSDT", at: 140)
  private static let sleepControlRegister = 244
  private static let sleepStatusRegister = 256
  private static let size = 276

  private enum Flag {
    static let wbinvd: UInt32 = 1 << 0
    static let powerButtonIsDevice: UInt32 = 1 << 4
    static let sleepButtonIsDevice: UInt32 = 1 << 5
    static let resetRegister: UInt32 = 1 << 10
    static let hardwareReduced: UInt32 = 1 << 20
  }

  private enum BootFlag {
    static let noVGA: UInt16 = 1 << 2
    static let noRealTimeClock: UInt16 = 1 << 5
  }

  static func bytes(dsdt address: UInt64) -> [UInt8] {
    var table = [UInt8](repeating: 0, count: size)
    // The keyboard controller's flag also stays clear, so that the guest does not waste time probing for one.
    table[bootArchitecture] = BootFlag.noVGA | BootFlag.noRealTimeClock
    table[flags] =
      Flag.wbinvd | Flag.powerButtonIsDevice | Flag.sleepButtonIsDevice | Flag.resetRegister | Flag.hardwareReduced
    place(GuestPlatform.resetPort, at: resetRegister, in: &table)
    table[resetValue] = GuestPlatform.resetValue
    table[minorVersion] = 5
    table[dsdt] = address
    place(GuestPlatform.sleepControlPort, at: sleepControlRegister, in: &table)
    place(GuestPlatform.sleepStatusPort, at: sleepStatusRegister, in: &table)
    return SystemTable.bytes(
      signature: "FACP", revision: 6, body: [UInt8](table[SystemTable.headerSize...]))
  }

  /// Writes a Generic Address Structure for a one-byte port (ACPI 6.5, 5.2.3.2): space, width, offset, access, address.
  private static func place(_ port: UInt16, at offset: Int, in table: inout [UInt8]) {
    table.replaceSubrange(offset..<offset + 4, with: [0x01, 8, 0, 1])
    table.store(UInt64(port), at: offset + 4)
  }
}
