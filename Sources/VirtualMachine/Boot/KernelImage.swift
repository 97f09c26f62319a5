import Basics
import Storage
package import SystemPackage

/// A Linux kernel in the format that distributions ship: a bzImage that can be entered in 64-bit mode.
///
/// Source: Linux Documentation/x86/boot.rst (boot protocol 2.12 and later).
package struct KernelImage: Sendable {
  /// The fields of the setup header that a boot loader reads or writes, by their offset in the image.
  enum Header {
    static let start = 0x1f1
    static let setupSectors = Field<UInt8>("setup_sects", at: 0x1f1)
    /// The size of the protected-mode part, in units of 16 bytes; a signature may follow it.
    static let codeParagraphs = Field<UInt32>("syssize", at: 0x1f4)
    static let bootFlag = Field<UInt16>("boot_flag", at: 0x1fe)
    static let jumpLength = Field<UInt8>("jump", at: 0x201)
    static let magic = Field<UInt32>("header", at: 0x202)
    static let version = Field<UInt16>("version", at: 0x206)
    static let loaderType = Field<UInt8>("type_of_loader", at: 0x210)
    static let ramdiskAddress = Field<UInt32>("ramdisk_image", at: 0x218)
    static let ramdiskSize = Field<UInt32>("ramdisk_size", at: 0x21c)
    static let commandLineAddress = Field<UInt32>("cmd_line_ptr", at: 0x228)
    static let ramdiskLimit = Field<UInt32>("initrd_addr_max", at: 0x22c)
    static let alignment = Field<UInt32>("kernel_alignment", at: 0x230)
    static let isRelocatable = Field<UInt8>("relocatable_kernel", at: 0x234)
    static let loadFlags = Field<UInt16>("xloadflags", at: 0x236)
    static let commandLineSize = Field<UInt32>("cmdline_size", at: 0x238)
    static let preferredAddress = Field<UInt64>("pref_address", at: 0x258)
    static let initialSize = Field<UInt32>("init_size", at: 0x260)
    static let end = 0x264

    static let magicValue: UInt32 = 0x5372_6448  // "HdrS"
    static let bootFlagValue: UInt16 = 0xaa55
    /// XLF_KERNEL_64: the kernel has an entry point for 64-bit mode.
    static let has64BitEntry: UInt16 = 1 << 0
    static let oldestVersion: UInt16 = 0x020c
  }

  /// The offset of the 64-bit entry point from the start of the protected-mode part.
  static let entryOffset: UInt64 = 0x200

  package let path: FilePath
  /// The first sectors, which hold the setup header.
  let header: [UInt8]
  /// The offset in the file and the size in bytes of the protected-mode part.
  let codeOffset: Int64
  let codeSize: Int

  /// Reads the header of the kernel in `file`, opened from `path`.
  package init(_ file: FileDescriptor, path: FilePath) throws(BootError) {
    let size: Int64
    var header = [UInt8](repeating: 0, count: 0x1000)
    do {
      size = try file.seek(offset: 0, from: .end)
      // Safe: the buffer is that of the array, and unread bytes stay zero.
      let count = try unsafe header.withUnsafeMutableBytes { buffer in
        try unsafe file.read(fromAbsoluteOffset: 0, into: buffer)
      }
      header.removeLast(header.count - count)
    } catch { throw .unreadable(path, Errno(error)) }
    guard header.count >= Header.end, header[Header.bootFlag] == Header.bootFlagValue,
      header[Header.magic] == Header.magicValue
    else { throw .notAKernel(path) }
    let version = header[Header.version]
    guard version >= Header.oldestVersion else {
      throw .protocolTooOld(path, stored: version, expected: Header.oldestVersion)
    }
    guard header[Header.loadFlags] & Header.has64BitEntry != 0 else { throw .not64Bit(path) }
    // 0 means 4 sectors, but only for kernels older than those accepted here.
    let setupSectors = header[Header.setupSectors] == 0 ? 4 : Int64(header[Header.setupSectors])
    codeOffset = (setupSectors + 1) * 512
    let end = codeOffset + max(Int64(Self.entryOffset), Int64(header[Header.codeParagraphs]) * 16 - 1)
    guard size > end else {
      throw .truncated(path, stored: size, expected: end)
    }
    codeSize = Int(size - codeOffset)
    self.header = header
    self.path = path
  }

  /// The bytes that the kernel needs from its load address on before it reads the memory map.
  var footprint: UInt64 { max(UInt64(header[Header.initialSize]), UInt64(codeSize)) }

  /// The lowest address at which the kernel may be loaded if its preferred address is not available.
  private var lowestAddress: UInt64? {
    guard header[Header.isRelocatable] != 0 else { return nil }
    return LowMemory.end.alignedUp(to: max(UInt64(header[Header.alignment]), 0x1000))
  }

  /// Returns the place of the kernel in RAM that ends at `end`; `nil` if it does not fit.
  func placement(below end: UInt64) -> Range<UInt64>? {
    for start in [header[Header.preferredAddress], lowestAddress].compactMap(\.self) {
      let (top, overflow) = start.addingReportingOverflow(footprint)
      if start >= LowMemory.end, !overflow, top <= end { return start..<top }
    }
    return nil
  }
}
