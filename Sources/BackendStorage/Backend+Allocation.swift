import CLinux
import SystemPackage

extension Backend {
  /// The first run of bytes at or after `offset` that the file system holds data for; nil where only holes follow.
  ///
  /// Bytes outside such runs read as zeros. On a device, or a file system that does not tell, all bytes are data.
  package func nextData(from offset: UInt64) -> Range<UInt64>? {
    guard offset < size, let start = Int64(exactly: offset) else { return nil }
    let data = clinux_next_data(descriptor.rawValue, start)
    if data == -Int64(Errno.noSuchAddressOrDevice.rawValue), kind == .regularFile { return nil }
    guard kind == .regularFile, data >= 0 else { return offset..<size }
    let begin = UInt64(data)
    guard begin < size else { return nil }
    let hole = clinux_next_hole(descriptor.rawValue, data)
    return begin..<(hole > data ? min(UInt64(hole), size) : size)
  }
}
