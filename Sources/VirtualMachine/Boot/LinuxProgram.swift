import Storage
package import SystemPackage

/// A Linux guest: kernel, initramfs and command line, booted by the 64-bit boot protocol.
///
/// Source: Linux Documentation/x86/boot.rst, "64-bit Boot Protocol".
package struct LinuxProgram: GuestProgram {
  package let kernel: FilePath
  package let ramdisk: InitialRAMDisk?
  package let commandLine: String

  /// The start of every command line. With these parameters a kernel that panics resets the machine at once instead of
  /// waiting endlessly, and first sets the warm start flag, which tells a panic from a reboot. A user's command line
  /// can override them, because later parameters win. Source: Linux Documentation/admin-guide/kernel-parameters.txt,
  /// `panic=` and `reboot=`.
  private static let panicParameters = "panic=-1 reboot=panic_warm "

  /// False if the command line requests warm reboots: then the kernel sets the flag at every reboot.
  package var marksPanics: Bool {
    !commandLine.split(separator: " ").contains { word in
      word.hasPrefix("reboot=") && word.dropFirst(7).split(separator: ",").contains { $0.hasPrefix("w") }
    }
  }

  /// `commandLine` is passed to the kernel after the parameters that reveal a panic.
  package init(kernel: FilePath, ramdisk: InitialRAMDisk?, commandLine: String) {
    self.kernel = kernel
    self.ramdisk = ramdisk
    self.commandLine = Self.panicParameters + commandLine
  }

  package func load(into ram: borrowing GuestRAM, _ map: inout AddressMap) throws(BootError) -> ProgramEntry {
    let file = try OwnedDescriptor(loading: kernel)
    let image = try KernelImage(file.descriptor, path: kernel)
    guard let place = image.placement(below: ram.lowEnd) else {
      throw .kernelDoesNotFit(kernel, needed: LowMemory.end + image.footprint, available: ram.lowEnd)
    }
    do { try map.claim("kernel", place) } catch { throw .conflict(error) }
    try read(file.descriptor, from: image.codeOffset, count: image.codeSize, into: ram, at: place.lowerBound)
    let size = ram.size
    let ramdisk = try self.ramdisk.map { (disk) throws(BootError) in
      try disk.load(into: ram, above: place.upperBound, limit: image.ramdiskLimit, &map) {
        (path, contents) throws(BootError) in
        try contents.check(ram: size, kernel: image.footprint, commandLine: commandLine, path: path)
      }
    }
    let parameters = try image.parameters(ram: ram, ramdisk: ramdisk, commandLineSize: commandLine.utf8.count)
    try ram.place("kernel command line", [UInt8](commandLine.utf8) + [0], at: LowMemory.commandLine, &map)
    try ram.place("boot parameters", parameters, at: LowMemory.bootParameters, &map)
    return ProgramEntry(
      instruction: place.lowerBound + KernelImage.entryOffset, argument: LowMemory.bootParameters)
  }

  /// Throws if a guest with `ram` bytes cannot unpack the initramfs in `archives`, or the one at `path`. For callers
  /// that load the guest by other means; those must themselves reject a file that is not a kernel.
  package static func checkUnpacking(
    kernel: FilePath, ramdisk path: FilePath?, archives: [[UInt8]], ram: UInt64, commandLine: String
  ) throws(BootError) {
    guard let file = try? OwnedDescriptor(loading: kernel),
      let image = try? KernelImage(file.descriptor, path: kernel)
    else { return }
    let contents: InitramfsContents
    if archives.isEmpty {
      guard let path, let disk = try? OwnedDescriptor(loading: path),
        let size = try? disk.descriptor.seek(offset: 0, from: .end)
      else { return }
      contents = InitramfsContents(of: disk.descriptor, size: UInt64(size))
    } else {
      contents = InitramfsContents(pieces: archives)
    }
    try contents.check(ram: ram, kernel: image.footprint, commandLine: commandLine, path: archives.isEmpty ? path : nil)
  }

  private func read(
    _ file: FileDescriptor, from offset: Int64, count: Int, into ram: borrowing GuestRAM, at address: UInt64
  ) throws(BootError) {
    let got: Int
    do { got = try ram.fill(at: address, count: count, from: file, fileOffset: offset) } catch {
      throw .unreadable(kernel, error)
    }
    guard got == count else { throw .truncated(kernel, stored: offset + Int64(got), expected: offset + Int64(count)) }
  }
}
