import Glibc
import SystemPackage

/// Reads and writes the whole label area of an NVDIMM from within the guest, as ndctl does.
///
/// Source: Linux include/uapi/linux/ndctl.h.
struct LabelCommands {
  private let device: FileDescriptor

  private enum Command: UInt {
    case size = 4
    case read = 5
    case write = 6

    /// `_IOWR('N', command, the structure without its data)`.
    var request: UInt {
      let size: UInt = self == .write ? 8 : 12
      return 3 << 30 | size << 16 | UInt(UInt8(ascii: "N")) << 8 | rawValue
    }
  }

  struct Failure: Error {
    let request: UInt
    let errno: Errno?
    let status: UInt32
  }

  init(device path: FilePath) throws { device = try FileDescriptor.open(path, .readWrite) }

  /// Reads the area `count` times, then writes it `count` times.
  func measure(_ count: Int) throws {
    var sizes = [UInt32](repeating: 0, count: 3)
    try call(.size, &sizes, status: 0)
    let (total, limit) = (Int(sizes[1]), Int(sizes[2]))
    var area = [UInt32](repeating: 0, count: total / 4)
    try Meter.measure("label-read") { for _ in 0..<count { try read(&area, limit) } }
    try Meter.measure("label-write") { for _ in 0..<count { try write(area, limit) } }
  }

  private func read(_ area: inout [UInt32], _ limit: Int) throws(Failure) {
    for offset in stride(from: 0, to: area.count * 4, by: limit) {
      let length = min(limit, area.count * 4 - offset)
      var buffer = [UInt32](repeating: 0, count: 3 + (length + 3) / 4)
      buffer[0] = UInt32(offset)
      buffer[1] = UInt32(length)
      try call(.read, &buffer, status: 2)
      area.replaceSubrange(offset / 4..<(offset + length) / 4, with: buffer[3..<3 + length / 4])
    }
  }

  private func write(_ area: [UInt32], _ limit: Int) throws(Failure) {
    for offset in stride(from: 0, to: area.count * 4, by: limit) {
      let length = min(limit, area.count * 4 - offset)
      var buffer = [UInt32(offset), UInt32(length)] + area[offset / 4..<(offset + length) / 4] + [0]
      try call(.write, &buffer, status: buffer.count - 1)
    }
  }

  private func call(_ command: Command, _ buffer: inout [UInt32], status: Int) throws(Failure) {
    // Safe: the buffer is the array's own, as long as its header says, and lives for the call.
    let result = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe ioctl(device.rawValue, command.request, bytes.baseAddress!)
    }
    guard result >= 0 else {
      throw Failure(request: command.request, errno: Errno(rawValue: errno), status: 0)
    }
    guard buffer[status] == 0 else { throw Failure(request: command.request, errno: nil, status: buffer[status]) }
  }
}
