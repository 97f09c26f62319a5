import CCompression
import Glibc
import SystemPackage

/// The file of a kernel module, which distributions compress each in its way: Debian from 13 on with xz, others with
/// zstd or gzip.
///
/// Source: Linux Documentation/kbuild/modules.rst (MODULE_COMPRESS); modules.dep(5) names the files with their suffixes.
struct KernelModuleFile {
  /// Below the folder of modules, as modules.dep has it.
  let path: String
  /// What the guest loads, and under which path: unpacked, since loading is quicker so.
  let contents: [UInt8]
  let guestPath: String

  private typealias Unpacker = @Sendable (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>, Int) -> Int64

  /// More than any module has.
  private static let limit = 256 << 20

  /// Reads the module at `path` below `folder`.
  ///
  /// What this host has no library to unpack stays as it is where the guest's busybox unpacks it, which knows xz and
  /// gzip; with zstd that is an error.
  init(_ path: String, in folder: FilePath) throws(GuestImageError) {
    let file = folder.appending(path)
    let bytes = try HostFile.bytes(of: file)
    self.path = path
    let unpacked: [UInt8]?
    switch path.split(separator: ".").last {
    // Safe: the function reads and writes within what it is told.
    case "xz": unpacked = try unsafe Self.unpack(bytes, file) { unsafe ccompression_unpack_xz($0, $1, $2, $3) }
    case "zst":
      unpacked = try unsafe Self.unpack(bytes, file) { unsafe ccompression_unpack_zstd($0, $1, $2, $3) }
      if unpacked == nil { throw .noUnpacker(file, package: "libzstd1") }
    default: unpacked = nil
    }
    contents = unpacked ?? bytes
    guestPath = unpacked == nil ? path : path.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// What `packed` unpacks to; nil where this host has not the library for it.
  private static func unpack(
    _ packed: [UInt8], _ file: FilePath, by unpacker: Unpacker
  ) throws(GuestImageError) -> [UInt8]? {
    var capacity = packed.count * 4 + 4096
    while capacity <= limit {
      var result: Int64 = 0
      let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
        unsafe packed.withUnsafeBufferPointer { bytes in
          // Safe: neither buffer is empty, so that both have addresses, and each count is its buffer's.
          guard let from = bytes.baseAddress, let to = room.baseAddress else { return }
          result = unsafe unpacker(from, bytes.count, to, room.count)
        }
        count = max(0, Int(result))
      }
      switch result {
      case 0...: return unpacked
      case Int64(-ENOSYS): return nil
      case Int64(-ENOBUFS): capacity *= 4
      default: throw .damagedModule(file)
      }
    }
    throw .damagedModule(file)
  }
}
