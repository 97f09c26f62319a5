import Basics
import Firmware

extension KernelImage {
  /// Fields of the boot parameters ("zero page") outside the setup header.
  ///
  /// Source: Linux Documentation/x86/zero-page.rst.
  enum Parameters {
    static let size = 0x1000
    static let rsdpAddress = Field<UInt64>("acpi_rsdp_addr", at: 0x070)
    static let ramdiskAddressHigh = Field<UInt32>("ext_ramdisk_image", at: 0x0c0)
    static let ramdiskSizeHigh = Field<UInt32>("ext_ramdisk_size", at: 0x0c4)
    static let mapCount = Field<UInt8>("e820_entries", at: 0x1e8)
    static let map = 0x2d0
    static let videoMode = Field<UInt16>("vid_mode", at: 0x1fa)
    /// The type of a boot loader without an assigned number.
    static let undefinedLoader: UInt8 = 0xff
    static let normalVideo: UInt16 = 0xffff
  }

  /// The limit below which an initramfs must lie.
  var ramdiskLimit: UInt64 { UInt64(header[Header.ramdiskLimit]) + 1 }

  /// Returns the boot parameters for a guest with `ram`.
  func parameters(
    ram: borrowing GuestRAM, ramdisk: Range<UInt64>?, commandLineSize: Int
  ) throws(BootError) -> [UInt8] {
    let longest = Int(header[Header.commandLineSize])
    guard commandLineSize <= longest else {
      throw .commandLineTooLong(stored: commandLineSize, expected: longest)
    }
    var page = [UInt8](repeating: 0, count: Parameters.size)
    // The setup header ends at the target of its first jump.
    let headerEnd = min(0x202 + Int(header[Header.jumpLength]), Parameters.map, header.count)
    if headerEnd > Header.start {
      page.replaceSubrange(Header.start..<headerEnd, with: header[Header.start..<headerEnd])
    }
    page[Header.loaderType] = Parameters.undefinedLoader
    page[Header.commandLineAddress] = UInt32(truncatingIfNeeded: LowMemory.commandLine)
    page[Parameters.videoMode] = Parameters.normalVideo
    page[Parameters.rsdpAddress] = GuestPlatform.rsdpAddress
    if let ramdisk {
      page[Header.ramdiskAddress] = UInt32(truncatingIfNeeded: ramdisk.lowerBound)
      page[Header.ramdiskSize] = UInt32(truncatingIfNeeded: ramdisk.count)
      page[Parameters.ramdiskAddressHigh] = UInt32(truncatingIfNeeded: ramdisk.lowerBound >> 32)
      page[Parameters.ramdiskSizeHigh] = UInt32(truncatingIfNeeded: UInt64(ramdisk.count) >> 32)
    }
    let entries = E820Entry.map(ram: ram)
    page[Parameters.mapCount] = UInt8(entries.count)
    let bytes = entries.flatMap(\.bytes)
    page.replaceSubrange(Parameters.map..<Parameters.map + bytes.count, with: bytes)
    return page
  }
}
