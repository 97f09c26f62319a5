package import FoundationEssentials
package import PersistentMemory

/// Why a label area cannot be changed as asked without losing something. Sizes and offsets are in bytes.
package enum MigrationRefusal: Error, Hashable, Sendable {
  // The backend as it is.
  /// Neither index block is valid, and the area is not blank.
  case damagedIndexes
  /// Neither index block is valid, and no label is left that a repair could go by.
  case nothingSurvives
  /// No index tells which of the labels are in use: those of a DIMM in one of these slots, or in another.
  case slotUnknown([Int])
  /// Linux refuses the DIMM for the label in a slot.
  case damagedDIMM(ProbeRefusal)
  /// A slot is in use whose label does not count, and would be left behind.
  case damagedLabel(slot: Int, LabelRule)
  /// There is an area, and no label in it to be changed.
  case blankArea
  case alreadyLabelled
  case shorterThanMapped(length: UInt64, mappedSize: UInt64)
  /// So many bytes of the backend lie behind what is mapped, where something has to go.
  case tail(UInt64)

  // What is asked.
  case slot(Int)
  case version(LabelVersion)
  case geometry(GeometryError)
  case labelArea(LabelAreaError)
  /// The namespace ends beyond the region that would be left.
  case namespaceInTheWay(NamespaceIdentity, end: UInt64, limit: UInt64)
  case tooFewSlots(labels: Int, slots: Int)
  /// A label of an interleave set that is not here: no virtual DIMM has its cookie.
  case foreignLabel(NamespaceIdentity, cookie: UInt64, setSize: UInt16)
  /// Version 1.1 cannot hold what the label says.
  case inexpressible(NamespaceIdentity, Inexpressible)
  /// Linux would refuse the DIMM or its region for a label.
  case wouldBeRefused(NamespaceIdentity, LabelRule)
  /// Linux shows the namespace now, and would show another in its stead, or none.
  case wouldBeHidden(NamespaceIdentity)
  /// Labels that would be overwritten.
  case labelsAtTarget(count: Int, offset: UInt64)
  /// Bytes that are not zero, and belong to nobody that is known, would be overwritten.
  case dataAtTarget(offset: UInt64)
  /// The backend is a device, whose length nobody can change.
  case cannotGrow(needed: UInt64, length: UInt64, surplus: UInt64)

  /// What a 128-byte label cannot say.
  package enum Inexpressible: Hashable, Sendable {
    /// A translation table of version 2.0, at the start of the namespace, which Linux seeks for its GUID only.
    case translationTable
    /// An abstraction GUID that nobody knows, and that would be lost.
    case abstraction(UUID)
    case type(UUID)
    /// Without its GUID, Linux would take the namespace for another mode.
    case wouldBecome(NamespaceAbstraction)
  }
}
