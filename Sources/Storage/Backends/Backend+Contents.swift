import Basics
import CBlkid
package import PersistentMemory
import SystemPackage

extension Backend {
  /// Returns the file systems, volumes and partition tables in `window`.
  ///
  /// The suite asks libblkid, if this host has it, about contents that it cannot read itself. It loads the library only
  /// if some bytes are not zero, and never for a DAX device, which libblkid cannot read.
  package func contents(of window: ContentsWindow) throws(BackendError) -> [StoredContents] {
    let range = window.range.clamped(to: 0..<size)
    guard !range.isEmpty else { return [] }
    // A non-copyable value cannot be captured by an escaping closure; these do not escape.
    let found = try ContentsReader(window: range).contents { (offset, count) throws(BackendError) in
      try read(at: offset, count: count)
    }
    guard kind != .daxDevice else { return found }
    let head = range.lowerBound..<min(range.upperBound, range.lowerBound + Self.headSize)
    if found.isEmpty, try !isBlank(head) { return identify(range).map { [$0] } ?? [] }
    return try found + (claim(behind: found, in: range).map { [$0] } ?? [])
  }

  /// Returns the contents of `range` that have their superblock at the end of it: a member of an array, for example,
  /// whose first bytes may look like a file system. A guest without labels sees `range` as a disk.
  package func claim(toEndOf range: Range<UInt64>) throws(BackendError) -> StoredContents? {
    guard kind != .daxDevice, !range.isEmpty, range.upperBound <= size else { return nil }
    return try claim(behind: [], in: range)
  }

  /// Returns the contents that claim all of `range` by a superblock at its end, beyond everything that `found` claims.
  private func claim(behind found: [StoredContents], in range: Range<UInt64>) throws(BackendError) -> StoredContents? {
    let end = found.map { $0.end ?? .max }.max() ?? range.lowerBound
    guard end < range.upperBound else { return nil }
    let tail = max(end, range.upperBound - min(Self.headSize, range.upperBound - range.lowerBound))..<range.upperBound
    guard try !isBlank(tail), let other = identify(range),
      !found.contains(where: { $0.kind == other.kind }), other.kind != "several"
    else { return nil }
    return StoredContents(other.kind, offset: range.lowerBound, size: range.upperBound - range.lowerBound)
  }

  /// Returns the contents of `window` that can be recognized by its last bytes alone, and are lost once the window ends
  /// elsewhere: a member of an array (MD 0.90 and 1.0, DDF, ...), or a partition table of which only the backup is
  /// left. `found` is what `contents(of:)` found.
  package func contentsKnownByEnd(
    of window: ContentsWindow, _ found: [StoredContents]
  ) throws(BackendError) -> [StoredContents] {
    let range = window.range.clamped(to: 0..<size)
    let tables = found.filter { item in
      item.headers.map { !$0.isPrimaryValid && $0.isBackupValid } ?? false
    }
    // A superblock that is sought from the end is not found in a window that ends a little earlier.
    let step = min(1 << 20, (range.upperBound - range.lowerBound) / 4).alignedDown(to: Self.superblockAlignment)
    guard kind != .daxDevice, step > 0, try !isBlank(range.upperBound - min(step, Self.headSize)..<range.upperBound),
      let whole = identify(range), !found.contains(where: { $0.kind == whole.kind && $0.end != range.upperBound })
    else { return tables }
    let shorter = identify(range.lowerBound..<range.upperBound - step)
    return tables + (shorter?.kind == whole.kind ? [] : [whole])
  }

  /// MD superblocks of version 0.90 begin at a multiple of this.
  private static let superblockAlignment: UInt64 = 64 << 10

  /// The number of bytes, at the start or at the end, that contain nearly every kind of superblock.
  private static let headSize: UInt64 = 128 << 10

  private func identify(_ range: Range<UInt64>) -> StoredContents? {
    var answer = cblkid_answer()
    // Safe: the answer lives for the call.
    guard
      unsafe cblkid_identify(descriptor.rawValue, range.lowerBound, range.upperBound - range.lowerBound, &answer) == 0
    else { return nil }
    // Safe: the text ends within its field.
    let type = unsafe withUnsafeBytes(of: &answer.type) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return StoredContents(type, offset: range.lowerBound, size: answer.size == 0 ? nil : answer.size)
  }
}
