import Basics
import FoundationEssentials
package import PersistentMemory

extension MigrationRefusal: CustomStringConvertible {
  /// The fact; a comparison names both numbers.
  package var description: String {
    switch self {
    case .damagedIndexes: "neither index block is valid"
    case .nothingSurvives: "neither index block is valid, and no plausible label is left"
    case .slotUnknown(let slots):
      "without a valid index block it is not known whether the labels in "
        + "slot \(slots.map(String.init).joined(separator: " or ")) are in use"
    case .damagedDIMM(let refusal):
      "Linux refuses the DIMM for the label in slot \(refusal.slot) (\(refusal.rule.rawValue))"
    case .damagedLabel(let slot, let rule): "the label in slot \(slot) is ignored by Linux (\(rule.rawValue))"
    case .blankArea: "the label area is blank: there are no labels"
    case .alreadyLabelled: "there are labels already"
    case .shorterThanMapped(let length, let mapped):
      "the backend is shorter than the mapped size (stored \(ByteCount(length).precise), expected \(ByteCount(mapped).precise))"
    case .tail(let bytes): "\(ByteCount(bytes).precise) lie beyond the mapped size, and would be lost"
    case .slot(let slot): "slot \(slot) does not exist (expected 0 to \(InterleaveSetCookie.virtualSlots - 1))"
    case .version(let version): "virtual NVDIMMs have no labels of version \(version.rawValue)"
    case .geometry(let error): "\(error)"
    case .labelArea(let error): "\(error)"
    case .namespaceInTheWay(let namespace, let end, let limit):
      """
      \(namespace) ends \(ByteCount(end - limit).precise) beyond the region that would be left \
      (stored \(end.hex), expected at most \(limit.hex))
      """
    case .tooFewSlots(let labels, let slots):
      "the area would have too few slots for \(labels) labels and a free one (stored \(slots), expected \(labels + 1))"
    case .foreignLabel(let namespace, let cookie, let setSize):
      setSize == 1
        ? "\(namespace) belongs to a DIMM that is not virtual (isetcookie \(cookie.hex))"
        : "\(namespace) is part of an interleave set of \(setSize) DIMMs, and the "
          + "others are not here (isetcookie \(cookie.hex))"
    case .inexpressible(let namespace, let what): "\(namespace) cannot have a label of version 1.1: \(what)"
    case .wouldBeRefused(let namespace, let rule):
      "Linux would refuse all labels because of that of \(namespace) (\(rule.rawValue))"
    case .wouldBeHidden(let namespace):
      "Linux shows \(namespace) now, but would not afterwards: its labels contradict each other"
    case .labelsAtTarget(let count, let offset):
      "the label area at \(offset.hex), where the labels have to go, already has \(count == 1 ? "a label" : "\(count) labels")"
    case .dataAtTarget(let offset): "there is data at \(offset.hex), where the labels have to go"
    case .cannotGrow(let needed, let length, let surplus):
      """
      it cannot grow (stored \(ByteCount(length).precise), expected \(ByteCount(needed).precise)): \
      the guest must first give up the last \(ByteCount(surplus).precise) of its region
      """
    }
  }

  /// Returns the remedy for the backend that `command` changes.
  package func hint(for command: MigrationCommand) -> Hint? {
    let path = command.path
    return switch self {
    case .damagedIndexes: command.hint(.repair(isPlan: true))
    case .damagedDIMM, .damagedLabel, .wouldBeRefused, .wouldBeHidden: command.hint(.repair())
    case .slotUnknown(let slots): command.hint(.repair(slot: slots.first))
    case .tooFewSlots(let labels, _): Self.areaSize(forLabels: labels + 1).map { command.hint(.resize($0)) } ?? nil
    case .labelsAtTarget, .alreadyLabelled: .command("vnvdimm-label-dump", path: path)
    case .dataAtTarget(let offset): .command("xxd", "-s", "\(offset)", "-l", "512", path: path)
    case .shorterThanMapped(_, let mapped): .command("truncate", "-s", "\(mapped)", path: path)
    case .blankArea: command.hint(.initialize)
    case .slot, .version, .geometry, .labelArea, .cannotGrow, .nothingSurvives, .namespaceInTheWay, .foreignLabel,
      .inexpressible, .tail:
      nil
    }
  }

  /// Returns the size in bytes of the smallest usual label area with slots for `count` labels of version 1.2.
  private static func areaSize(forLabels count: Int) -> UInt64? {
    (17...26).lazy.map { 1 << $0 }.first {
      (LabelGeometry(areaSize: $0, labelSize: LabelVersion.v1_2.labelSize)?.slotCount ?? 0) >= count
    }.map { UInt64($0) }
  }
}

extension MigrationRefusal.Inexpressible: CustomStringConvertible {
  package var description: String {
    switch self {
    case .translationTable: "Linux finds its translation table, of version 2.0, by the label's GUID only"
    case .abstraction(let guid): "its abstraction_guid \(guid.lowercased) would be lost"
    case .type(let guid): "its type_guid \(guid.lowercased) would be lost"
    case .wouldBecome(let abstraction): "without its abstraction_guid Linux would take it for \(abstraction.rawValue)"
    }
  }
}
