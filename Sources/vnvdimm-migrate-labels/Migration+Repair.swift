import BackendStorage
import CommandSupport
import VNVDIMMCore

extension Migration {
  /// The area with both index blocks valid, where one is damaged.
  static func repaired(_ backend: borrowing Backend, _ options: MigrateLabels) throws -> LabelAreaChange {
    let source = try LabelAreaSource(
      backend, mappedSize: options.mappedSize?.bytes, labelSize: options.fromLabelSize?.bytes,
      command: options.hintCommand)
    let area = try LabelArea(source.bytes)
    let before = LabelAreaPlacement(offset: source.location.offset, bytes: area.bytes)
    guard let number = area.indexes.currentNumber, let current = area.indexes.current else {
      throw MigrationRefusal.damagedIndexes
    }
    var bytes = area.bytes
    if area.indexes.defects[1 - number] != nil {
      var other = current
      other.seal(as: 1 - number, sequence: current.sequence.next, in: area.geometry)
      let start = area.geometry.indexOffset(1 - number)
      bytes.replaceSubrange(start..<start + other.bytes.count, with: other.bytes)
    }
    return LabelAreaChange(
      before: before, after: LabelAreaPlacement(offset: before.offset, bytes: bytes), lengthBefore: backend.size,
      lengthAfter: backend.size)
  }
}
