import CCompression
import Glibc
import SystemPackage

/// The file of a kernel module. Distributions compress them differently: Debian from 13 on with xz, others with zstd or
/// gzip.
///
/// Source: Linux Documentation/kbuild/modules.rst (MODULE_COMPRESS); modules.dep(5) names the files with their
/// suffixes.
struct KernelModuleFile {
  /// The path below the folder of modules, as in modules.dep.
  let path: String
  /// The file for the guest, and its path there: unpacked, since it then loads faster.
  let contents: [UInt8]
  let guestPath: String

  private typealias Unpacker = @Sendable (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>, Int) -> Int64

  /// More bytes than any module has.
  private static let limit = 256 << 20

  /// Reads the module at `path` below `folder`.
  ///
  /// A file that this host has no library to unpack stays compressed if the guest's busybox can unpack it (xz and
  /// gzip); with zstd that is an error.
  init(_ path: String, in folder: FilePath) throws(GuestImageError) {
    let file = folder.appending(path)
    let bytes = try HostFile.bytes(of: file)
    self.path = path
    let unpacked: [UInt8]?
    switch path.split(separator: ".").last {
    // Safe: the function accesses only the two buffers, within the given sizes.
    case "xz": unpacked = try unsafe Self.unpack(bytes, file) { unsafe ccompression_unpack_xz($0, $1, $2, $3) }
    case "zst":
      unpacked = try unsafe Self.unpack(bytes, file) { unsafe ccompression_unpack_zstd($0, $1, $2, $3) }
      if unpacked == nil { throw .noUnpacker(file, package: "libzstd1") }
    default: unpacked = nil
    }
    contents = unpacked ?? bytes
    guestPath = unpacked == nil ? path : path.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// Returns the unpacked form of `packed`; `nil` if this host lacks the library for it.
  private static func unpack(
    _ packed: [UInt8], _ file: FilePath, by unpacker: Unpacker
  ) throws(GuestImageError) -> [UInt8]? {
    var capacity = packed.count * 4 + 4096
    while capacity <= limit {
      var result: Int64 = 0
      let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
        unsafe packed.withUnsafeBufferPointer { bytes in
          // Safe: neither buffer is empty, so both have addresses, and each count is that of its buffer.
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
