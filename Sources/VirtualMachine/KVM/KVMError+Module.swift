import SystemPackage

extension KVMError {
  /// The kernel module of this processor's vendor, `kvm-intel` or `kvm-amd`.
  static var moduleName: String {
    let flags = cpuFlags() ?? ""
    return flags.contains(" vmx") ? "kvm-intel" : "kvm-amd"
  }

  private static func cpuFlags() -> String? {
    guard let file = try? FileDescriptor.open(FilePath("/proc/cpuinfo"), .readOnly) else { return nil }
    defer { try? file.close() }
    // The first processor's flags lie within the first pages of the file.
    var text = [UInt8](repeating: 0, count: 8192)
    let count = (try? unsafe text.withUnsafeMutableBytes { buffer in unsafe try file.read(into: buffer) }) ?? 0
    return String(decoding: text[..<count], as: UTF8.self)
  }
}
