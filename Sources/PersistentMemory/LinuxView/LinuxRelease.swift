/// A release of Linux that a guest may run, such as 6.1, as far as releases differ in what they make of a DIMM.
///
/// Measured on the kernels of Debian 11, 12, 13 and later: 5.10, 6.1, 6.12, 7.2 and 7.3. Where nothing between two of
/// them was measured, and no source names the release, what is new counts from the later one on.
public struct LinuxRelease: Hashable, Comparable, Sendable {
  /// The number before the point.
  public let major: Int
  /// The minor version number, after the point.
  public let minor: Int

  /// The release `major.minor`.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The newest release that is described: a newer one is taken for it.
  public static let newest = LinuxRelease(7, 3)
  /// The oldest release that is described.
  package static let oldest = LinuxRelease(5, 10)

  /// Reads `6.1`, `7`, or what `uname -r` says. Nil where the text names no release, or one before ``oldest``.
  package init?(parsing text: String) {
    let parts = text.prefix { $0 != "-" && $0 != "+" }.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil }
    guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
    // A major release alone stands for the last of its minor ones.
    self.init(numbers[0], numbers.count > 1 ? numbers[1] : numbers[0] == Self.newest.major ? Self.newest.minor : .max)
    guard self >= Self.oldest, major >= 6 || minor < .max else { return nil }
  }

  public static func < (left: LinuxRelease, right: LinuxRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  // MARK: What differs

  /// A label with the flag LOCAL is one of persistent memory: before, it was one of a block window, which is gone since
  /// 5.18 (commit "nvdimm: Drop nd_device_lock()" and those before it that remove `nd_blk`).
  var showsLocalLabels: Bool { self >= LinuxRelease(5, 18) }

  /// The field `labelsize` of an index block is looked at as a number: before, only the lower five bits of the shift that
  /// it stands for count, and 33 is taken for 1.
  var checksLabelSizeField: Bool { self >= LinuxRelease(6, 1) }

  /// An info block whose data offset and truncation leave nothing of the namespace is refused: before, the namespace has
  /// a device of no bytes.
  var refusesEmptyData: Bool { self >= LinuxRelease(6, 12) }

  /// Bytes of the blocks in which ordinary memory is added: what is plugged must begin and end with one. The guest's
  /// RAM ends at the address `ramEnd`.
  ///
  /// Source: Linux arch/x86/mm/init_64.c `probe_memory_block_size`; arch/arm64/include/asm/sparsemem.h, whose sections
  /// are smaller since 5.12.
  package func memoryBlock(on architecture: Architecture, ram: UInt64, ramEnd: UInt64) -> UInt64? {
    switch architecture {
    case .x86_64:
      guard ram >= 64 << 30 else { return 128 << 20 }
      return stride(from: UInt64(31), to: 27, by: -1).map { 1 << $0 }.first { ramEnd.isMultiple(of: $0) } ?? 128 << 20
    case .aarch64: return self >= LinuxRelease(5, 12) ? 128 << 20 : 1 << 30
    // PAPR plugs logical blocks, which the machine sizes itself.
    case .ppc64, .s390x: return nil
    }
  }
}

extension LinuxRelease: CustomStringConvertible {
  public var description: String { "\(major).\(minor)" }
}
