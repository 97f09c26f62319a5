import Basics
public import FoundationEssentials

/// The use of a namespace, by the abstraction GUID of its label.
///
/// Source: UEFI 2.10, 13.19; Linux drivers/nvdimm/label.h.
public enum NamespaceAbstraction: String, CaseIterable, Sendable {
  /// Nothing, or whatever info block is found.
  case none
  /// A block translation table of version 1.1.
  case btt
  /// A block translation table of version 2.0.
  case btt2
  /// The mode that ndctl calls fsdax.
  case fsdax
  /// The mode that ndctl calls devdax.
  case devdax

  /// The GUID of the abstraction on media.
  public var guid: UUID {
    switch self {
    case .none: .zero
    case .btt: UUID("8aed63a2-29a2-4c66-8b12-f05d15d3922a")
    case .btt2: UUID("18633bfc-1735-4217-8ac9-17239282d3f8")
    case .fsdax: UUID("266400ba-fb9f-4677-bcb0-968f11d0d225")
    case .devdax: UUID("97a86d9c-3cdd-4eda-986f-5068b4f80088")
    }
  }

  /// The abstraction with this GUID; nil if the GUID is unknown.
  public init?(guid: UUID) {
    guard let known = Self.allCases.first(where: { $0.guid == guid }) else { return nil }
    self = known
  }
}

/// What kind of memory a label describes, by its type GUID: that of the NFIT's SPA range structure.
///
/// Source: ACPI 6.5, 5.2.25.2, "Address Range Type GUID".
public enum NamespaceType: String, CaseIterable, Sendable {
  /// Persistent memory.
  case pmem
  /// Memory that forgets.
  case volatile
  /// Control registers of a block window, which no device has any longer.
  case blockControl = "block-control"
  /// Data of a block window, which no device has any longer.
  case blockData = "block-data"

  /// The GUID of the type on media.
  public var guid: UUID {
    switch self {
    case .pmem: UUID("66f0d379-b4f3-4074-ac43-0d3318b78cdb")
    case .volatile: UUID("7305944f-fdda-44e3-b16c-3f22d252e5d0")
    case .blockControl: UUID("92f701f6-13b4-405d-910b-299367e8234c")
    case .blockData: UUID("91af0530-5d86-470e-a6b0-0a2db9408249")
    }
  }

  /// The type with this GUID; nil if the GUID is unknown.
  public init?(guid: UUID) {
    guard let known = Self.allCases.first(where: { $0.guid == guid }) else { return nil }
    self = known
  }
}
