import Basics
import Storage
package import SystemPackage

/// The initramfs of a guest: a file, or archives that are made on the fly.
package enum InitialRAMDisk: Sendable {
  case file(FilePath)
  /// Consecutive pieces that are made anew at each reset, so that they take memory only while they are loaded.
  case made(@Sendable () throws(BootError) -> [[UInt8]])

  /// Throws if the guest has too little RAM for these contents of an initramfs, read from the file at the path.
  typealias Fit = (FilePath?, InitramfsContents) throws(BootError) -> Void

  /// Loads it as high as possible between `above` and `limit`, below the end of the RAM below 4 GiB.
  func load(
    into ram: borrowing GuestRAM, above: UInt64, limit: UInt64, _ map: inout AddressMap, fits: Fit
  ) throws(BootError) -> Range<UInt64> {
    switch self {
    case .file(let path):
      let file = try OwnedDescriptor(loading: path)
      let size: Int
      do { size = Int(try file.descriptor.seek(offset: 0, from: .end)) } catch {
        throw .unreadable(path, Errno(error))
      }
      guard size > 0 else { throw .emptyRamdisk(path) }
      let range = try Self.place(path, UInt64(size), above: above, limit: min(limit, ram.lowEnd), &map)
      try fits(path, InitramfsContents(of: file.descriptor, size: UInt64(size)))
      let got: Int
      do { got = try ram.fill(at: range.lowerBound, count: size, from: file.descriptor, fileOffset: 0) } catch {
        throw .unreadable(path, error)
      }
      guard got == size else { throw .truncated(path, stored: Int64(got), expected: Int64(size)) }
      return range
    case .made(let make):
      let pieces = try make()
      let size = pieces.reduce(0) { $0 + UInt64($1.count) }
      let range = try Self.place(nil, size, above: above, limit: min(limit, ram.lowEnd), &map)
      try fits(nil, InitramfsContents(pieces: pieces))
      var address = range.lowerBound
      for piece in pieces {
        guard ram.write(piece, at: address) else {
          throw .outsideRAM("initramfs", address: address, count: piece.count)
        }
        address += UInt64(piece.count)
      }
      return range
    }
  }

  private static func place(
    _ path: FilePath?, _ size: UInt64, above: UInt64, limit: UInt64, _ map: inout AddressMap
  ) throws(BootError) -> Range<UInt64> {
    let start = size <= limit ? (limit - size).alignedDown(to: 0x1000) : 0
    guard start >= above else {
      let top = limit.alignedDown(to: 0x1000)
      throw .ramdiskDoesNotFit(path, size: size, available: top > above ? top - above : 0)
    }
    let range = start..<start + size
    do { try map.claim("initramfs", range) } catch { throw .conflict(error) }
    return range
  }
}

extension OwnedDescriptor {
  /// Opens the file at `path` in order to load it into a guest.
  init(loading path: FilePath) throws(BootError) {
    let file: FileDescriptor
    // Does not wait for the writer of a pipe.
    do { file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]) } catch {
      throw .unreadable(path, Errno(error))
    }
    let type = (try? file.stat())?.type
    guard type == .regular || type == .blockSpecial else {
      try? file.close()
      // A directory can be opened, and may even have a size.
      throw type == .directory ? .unreadable(path, .isDirectory) : .notAFile(path)
    }
    self.init(owning: file)
  }
}
