import Basics
public import FoundationEssentials

/// A namespace as messages and plans name it.
public struct NamespaceIdentity: Hashable, Sendable {
  /// The uuid of its label; nil for the namespace that a DIMM without labels is by itself.
  public let uuid: UUID?
  /// The name in the label; empty if the namespace has no name.
  public let name: String
  /// Where it lies in the DIMM, and thus in the backend, in bytes.
  public let dpa: UInt64
  /// Bytes that it takes there.
  public let size: UInt64

  package init(_ label: NamespaceLabel) {
    uuid = label.uuid
    name = label.name
    dpa = label.dpa
    size = label.rawSize
  }

  /// The namespace that Linux shows.
  package init(_ namespace: LabelledNamespace) {
    self.init(uuid: namespace.uuid, name: namespace.name, dpa: namespace.dpa, size: namespace.size)
  }

  init(uuid: UUID?, name: String, dpa: UInt64, size: UInt64) {
    self.uuid = uuid
    self.name = name
    self.dpa = dpa
    self.size = size
  }

  /// The namespace of a DIMM without labels: its whole region.
  package init(wholeRegion size: UInt64) {
    uuid = nil
    name = ""
    dpa = 0
    self.size = size
  }

  /// The address after the last byte of the namespace; nil if it exceeds 64 bits.
  public var end: UInt64? {
    let (end, overflow) = dpa.addingReportingOverflow(size)
    return overflow ? nil : end
  }
}

extension NamespaceIdentity: CustomStringConvertible {
  /// `namespace 4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11 "data"`
  public var description: String {
    guard let uuid else { return "the namespace without a label" }
    return "namespace \(uuid.lowercased)" + (name.isEmpty ? "" : " \(name.debugDescription)")
  }
}
