import Basics
package import FoundationEssentials

/// The bytes that are a namespace, and what is known of them without looking inside.
package struct NamespaceExtent: Hashable, Sendable {
  /// The guest's address of the first byte.
  package let start: UInt64
  package let size: UInt64
  /// The uuid of the label; zero without labels.
  package let uuid: UUID
  /// What the label says that it is: `.none` under labels that cannot say it, nil where nobody knows the GUID.
  package let abstraction: NamespaceAbstraction?
  /// Bytes from its first one up to the end of the region, or to a namespace that the kernel has brought up before.
  package let room: UInt64

  /// By default a namespace without a label.
  package init(
    start: UInt64, size: UInt64, uuid: UUID = .zero, abstraction: NamespaceAbstraction? = NamespaceAbstraction.none,
    room: UInt64 = .max
  ) {
    self.start = start
    self.size = size
    self.uuid = uuid
    self.abstraction = abstraction
    self.room = room
  }

  /// What a label describes, in a region at the guest's address `base` that has one DIMM.
  package init(_ label: LabelledNamespace, base: UInt64, room: UInt64 = .max) {
    self.init(
      start: base &+ label.dpa, size: label.size, uuid: label.uuid,
      abstraction: label.abstraction.map { NamespaceAbstraction(guid: $0) } ?? NamespaceAbstraction.none,
      room: room)
  }
}
