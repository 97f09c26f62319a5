import Basics
import LabelChange
import PersistentMemory

/// One thing that a repair does, in JSON. Every key is there in every document.
struct RepairDocument: Encodable {
  private enum Keys: String, CodingKey { case action, block, slot, uuid, name, dpa, size, rules, text }

  private let repair: RepairAction

  init(_ repair: RepairAction) { self.repair = repair }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Keys.self)
    try document.encode(repair.name, forKey: .action)
    try document.encode(repair.block, forKey: .block)
    try document.encode(repair.label?.slot, forKey: .slot)
    try document.encode(repair.label?.namespace?.uuid?.lowercased, forKey: .uuid)
    try document.encode(repair.label?.namespace?.name, forKey: .name)
    try document.encode(repair.label?.namespace?.dpa, forKey: .dpa)
    try document.encode(repair.label?.namespace?.size, forKey: .size)
    try document.encode(repair.label?.rules.map(\.rawValue) ?? [], forKey: .rules)
    try document.encode(repair.description, forKey: .text)
  }
}

extension RepairAction {
  fileprivate var name: String {
    switch self {
    case .indexRebuilt: "index-rebuilt"
    case .indexesRebuilt: "indexes-rebuilt"
    case .slotFreed: "slot-freed"
    case .labelMended: "label-mended"
    case .updateFinished: "update-finished"
    case .labelDropped: "label-dropped"
    }
  }

  /// The index block that is made anew, where it is one.
  fileprivate var block: Int? {
    if case .indexRebuilt(let block) = self { block } else { nil }
  }

  fileprivate var label: (slot: Int, namespace: NamespaceIdentity?, rules: [LabelRule])? {
    switch self {
    case .indexRebuilt, .indexesRebuilt: nil
    case .slotFreed(let slot): (slot, nil, [])
    case .labelMended(let slot, let namespace, let rules): (slot, namespace, rules)
    case .updateFinished(let slot, let namespace): (slot, namespace, [])
    case .labelDropped(let slot, let namespace, let rule): (slot, namespace, [rule])
    }
  }
}
