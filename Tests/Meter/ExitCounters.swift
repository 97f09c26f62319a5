import SystemPackage

/// The number of times that guests of this host left the processor for a device, as the kernel counts it for all
/// guests.
///
/// Source: Linux virt/kvm/kvm_main.c, debugfs.
struct ExitCounters {
  /// Exits for ports, and for memory of a device.
  let forDevices: Int

  /// Reads the counters; they are zero if debugfs is not mounted.
  init() {
    func counter(_ name: String) -> Int {
      guard let text = smallFile(FilePath("/sys/kernel/debug/kvm/\(name)")) else { return 0 }
      return Int(text.prefix { $0.isNumber }) ?? 0
    }
    forDevices = counter("io_exits") + counter("mmio_exits")
  }
}

/// Returns the text of a file of unknown size, such as the kernel's, or `nil` if it cannot be read.
func smallFile(_ path: FilePath) -> String? {
  guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
  defer { try? file.close() }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 0x1_0000)
  // Safe: the buffer is the array's own, for the call.
  while let count = try? unsafe buffer.withUnsafeMutableBytes({ try unsafe file.read(into: $0) }), count > 0 {
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
