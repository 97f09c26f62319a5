package import FoundationEssentials
package import PersistentMemory

/// The reason why a label area cannot be changed as requested without losing something. Sizes and offsets are in bytes.
package enum MigrationRefusal: Error, Hashable, Sendable {
  // The present backend.
  /// Neither index block is valid, and the area is not blank.
  case damagedIndexes
  /// Neither index block is valid, and no label is left on which a repair could be based.
  case nothingSurvives
  /// Without an index it is ambiguous which labels are in use: those of a DIMM in one of these slots, or in another.
  case slotUnknown([Int])
  /// Linux refuses the DIMM because of the label in a slot.
  case damagedDIMM(ProbeRefusal)
  /// A slot in use holds an invalid label, which would be left behind.
  case damagedLabel(slot: Int, LabelRule)
  /// There is an area, but it contains no label to change.
  case blankArea
  case alreadyLabelled
  case shorterThanMapped(length: UInt64, mappedSize: UInt64)
  /// This many bytes of the backend follow the mapped ones, where something has to be placed.
  case tail(UInt64)

  // The request.
  case slot(Int)
  case version(LabelVersion)
  case geometry(GeometryError)
  case labelArea(LabelAreaError)
  /// The namespace ends beyond the remaining region.
  case namespaceInTheWay(NamespaceIdentity, end: UInt64, limit: UInt64)
  case tooFewSlots(labels: Int, slots: Int)
  /// A label of an interleave set of another machine: no virtual DIMM has its cookie.
  case foreignLabel(NamespaceIdentity, cookie: UInt64, setSize: UInt16)
  /// Version 1.1 cannot express the label.
  case inexpressible(NamespaceIdentity, Inexpressible)
  /// Linux would refuse the DIMM or its region because of a label.
  case wouldBeRefused(NamespaceIdentity, LabelRule)
  /// Linux shows the namespace now, but would show another in its place, or none.
  case wouldBeHidden(NamespaceIdentity)
  /// Labels would be overwritten.
  case labelsAtTarget(count: Int, offset: UInt64)
  /// Nonzero bytes without a known owner would be overwritten.
  case dataAtTarget(offset: UInt64)
  /// The backend is a device, whose length is fixed.
  case cannotGrow(needed: UInt64, length: UInt64, surplus: UInt64)

  /// What a 128-byte label cannot express.
  package enum Inexpressible: Hashable, Sendable {
    /// A translation table of version 2.0, at the start of the namespace, which Linux finds only by its GUID.
    case translationTable
    /// An unknown abstraction GUID, which would be lost.
    case abstraction(UUID)
    case type(UUID)
    /// Without its GUID, Linux would take the namespace for one of another mode.
    case wouldBecome(NamespaceAbstraction)
  }
}
