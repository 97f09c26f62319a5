import Basics
import CommandSupport
import LabelChange
import PersistentMemory

extension MigrationAnswer: Encodable {
  private enum Keys: String, CodingKey {
    case format, path, change, changed, interrupted, method, before, after, length, writes, repairs, backup
  }

  private struct Length: Encodable {
    let before: UInt64
    let after: UInt64
    let largest: UInt64
  }

  func encode(to encoder: any Encoder) throws {
    var answer = encoder.container(keyedBy: Keys.self)
    try answer.encode(1, forKey: .format)
    try answer.encode(path, forKey: .path)
    try answer.encode(migration.name, forKey: .change)
    try answer.encode(isChanged, forKey: .changed)
    try answer.encode(interrupted, forKey: .interrupted)
    try answer.encode(transaction?.method, forKey: .method)
    try answer.encode(before, forKey: .before)
    try answer.encode(after, forKey: .after)
    let length = transaction.map {
      Length(before: $0.change.lengthBefore, after: $0.change.lengthAfter, largest: $0.largestLength)
    }
    try answer.encode(length, forKey: .length)
    try answer.encode(transaction?.writes, forKey: .writes)
    try answer.encode(repairs.map(RepairDocument.init), forKey: .repairs)
    try answer.encode(backup, forKey: .backup)
  }
}

extension MigrationAnswer.Area: Encodable {
  private enum Keys: String, CodingKey { case offset, size, version, slot, namespaces }

  private struct Namespace: Encodable {
    let uuid: String
    let name: String
    let dpa: UInt64
    let size: UInt64
  }

  func encode(to encoder: any Encoder) throws {
    var area = encoder.container(keyedBy: Keys.self)
    try area.encode(offset, forKey: .offset)
    try area.encode(size, forKey: .size)
    try area.encode(version?.rawValue, forKey: .version)
    try area.encode(slot, forKey: .slot)
    let shown = namespaces.map {
      Namespace(uuid: $0.uuid.lowercased, name: $0.name, dpa: $0.dpa, size: $0.size)
    }
    try area.encode(shown, forKey: .namespaces)
  }
}
