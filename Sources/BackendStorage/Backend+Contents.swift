import CBlkid
import SystemPackage
package import VNVDIMMCore

extension Backend {
  /// What lies in `window`: file systems, volumes, partition tables.
  ///
  /// What the suite does not read itself, libblkid names, if this host has it. It is loaded only where there are bytes
  /// that are not zero, and not for a DAX device, which it cannot read.
  package func contents(of window: ContentsWindow) throws(BackendError) -> [StoredContents] {
    let range = window.range.clamped(to: 0..<size)
    guard !range.isEmpty else { return [] }
    // A non-copyable value cannot be captured by an escaping closure; these do not escape.
    let found = try ContentsReader(window: range).contents { (offset, count) throws(BackendError) in
      try read(at: offset, count: count)
    }
    guard found.isEmpty, kind != .daxDevice else { return found }
    let head = range.lowerBound..<min(range.upperBound, range.lowerBound + Self.headSize)
    guard try !isBlank(head), let other = identify(range) else { return [] }
    return [other]
  }

  /// Bytes in which the superblocks of nearly everything lie.
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
