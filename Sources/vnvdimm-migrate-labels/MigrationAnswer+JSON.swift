import Basics
import CommandSupport
import LabelChange
import PersistentMemory

extension MigrationAnswer {
  var json: JSONValue {
    .object([
      ("format", .format), ("path", .text(path)), ("change", .text(verb)), ("changed", .boolean(isChanged)),
      ("interrupted", JSONValue(interrupted?.rawValue)), ("method", JSONValue(transaction?.method.rawValue)),
      ("before", before?.json ?? .null), ("after", after?.json ?? .null),
      ("file_size", transaction?.lengthJSON ?? .null),
      ("writes", transaction.map { JSONValue($0.writes, \.json) } ?? .null), ("repairs", JSONValue(repairs, \.json)),
      ("backup", JSONValue(backup)),
    ])
  }
}

extension LabelTransaction {
  fileprivate var lengthJSON: JSONValue {
    .object([
      ("before", JSONValue(change.lengthBefore)), ("after", JSONValue(change.lengthAfter)),
      ("largest", JSONValue(largestLength)),
    ])
  }
}

extension MigrationAnswer.Area {
  fileprivate var json: JSONValue {
    .object([
      ("offset", JSONValue(offset)), ("size", JSONValue(size)), ("version", JSONValue(version?.rawValue)),
      ("dimm_slot", JSONValue(slot)),
      ("namespaces", JSONValue(namespaces, \.json)),
    ])
  }
}

extension RepairAction {
  /// The action as JSON; every action has all keys.
  fileprivate var json: JSONValue {
    let namespace = label?.namespace
    return .object([
      ("action", .text(name)), ("block", JSONValue(block)), ("label_slot", JSONValue(label?.slot)),
      ("uuid", JSONValue(namespace?.uuid?.lowercased)), ("name", JSONValue(namespace?.name)),
      ("dpa", JSONValue(namespace?.dpa)), ("size", JSONValue(namespace?.size)),
      ("rules", JSONValue(label?.rules ?? []) { .text($0.rawValue) }), ("choices", JSONValue(choices, \.json)),
      ("text", .text(description)),
    ])
  }

  private var name: String {
    switch self {
    case .indexCorrected: "index-corrected"
    case .indexOpen: "index-open"
    case .indexRebuilt: "index-rebuilt"
    case .indexesRebuilt: "indexes-rebuilt"
    case .slotFreed: "slot-freed"
    case .labelMended: "label-mended"
    case .updateFinished: "update-finished"
    case .labelProved: "label-corrected"
    case .labelOpen: "label-open"
    case .labelLost: "label-lost"
    case .labelDropped: "label-dropped"
    }
  }

  /// The index block of the action, if it concerns one.
  private var block: Int? {
    switch self {
    case .indexCorrected(let block), .indexOpen(let block), .indexRebuilt(let block): block
    case .indexesRebuilt, .slotFreed, .labelMended, .updateFinished, .labelProved, .labelOpen, .labelLost,
      .labelDropped:
      nil
    }
  }

  private var label: (slot: Int, namespace: NamespaceIdentity?, rules: [LabelRule])? {
    switch self {
    case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt: nil
    case .slotFreed(let slot): (slot, nil, [])
    case .labelMended(let slot, let namespace, let rules): (slot, namespace, rules)
    case .updateFinished(let slot, let namespace): (slot, namespace, [])
    case .labelProved(let slot, let namespace, _): (slot, namespace, [])
    case .labelOpen(let slot, let namespace, let rule, _): (slot, namespace, [rule])
    case .labelLost(let slot, _): (slot, nil, [])
    case .labelDropped(let slot, let namespace, let rule): (slot, namespace, [rule])
    }
  }
}

extension RepairAction.Choice {
  fileprivate var json: JSONValue {
    .object([
      ("number", JSONValue(number)), ("uuid", JSONValue(namespace.uuid?.lowercased)), ("name", .text(namespace.name)),
      ("dpa", JSONValue(namespace.dpa)), ("size", JSONValue(namespace.size)),
      ("fields", JSONValue(fields ?? []) { .text($0) }),
    ])
  }
}
