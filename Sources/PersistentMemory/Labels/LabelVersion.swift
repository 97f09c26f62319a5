/// A version of the label format, as a writer chooses it.
///
/// Source: UEFI 2.10, 13.19 (1.2); NVDIMM Namespace Specification (1.1); CXL 2.0, 9.13.2 (2.1).
public enum LabelVersion: String, CaseIterable, Sendable {
  /// Labels of 128 bytes without a checksum.
  case v1_1 = "1.1"
  /// Labels of 256 bytes with GUIDs and a checksum.
  case v1_2 = "1.2"
  /// Labels of CXL devices, of 256 bytes.
  case cxl2_1 = "2.1"

  /// The number before the point.
  public var major: UInt16 { self == .cxl2_1 ? 2 : 1 }
  /// The number behind the point.
  public var minor: UInt16 { self == .v1_2 ? 2 : 1 }

  /// Bytes of one label.
  public var labelSize: Int { self == .v1_1 ? 128 : 256 }

  /// The version with these numbers; nil for a number that no specification defines.
  public init?(major: UInt16, minor: UInt16) {
    guard let version = Self.allCases.first(where: { $0.major == major && $0.minor == minor }) else { return nil }
    self = version
  }
}
