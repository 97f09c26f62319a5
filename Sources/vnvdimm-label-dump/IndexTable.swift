import Basics
import PersistentMemory

/// The two index blocks of an area as a table.
struct IndexTable {
  let lines: [String]

  init(_ area: LabelArea) {
    lines =
      TextTable(["index", "at", "version", "seq", "slots", "used", "state"], (0...1).map { Self.row($0, of: area) })
      .lines
  }

  private static func row(_ number: Int, of area: LabelArea) -> [String] {
    let index = area.indexes.blocks[number]
    let state =
      if number == area.indexes.currentNumber {
        "current"
      } else if let defect = area.indexes.defects[number] { "invalid (\(defect.check.rawValue))" } else { "previous" }
    let readable = index.hasSignature
    return [
      "\(number)", UInt64(area.geometry.indexOffset(number)).hex,
      readable ? "\(index.major).\(index.minor)" : "-", readable ? "\(index.sequence.value)" : "-",
      readable ? "\(index[IndexBlock.Fields.slotCount])" : "-",
      area.indexes.defects[number] == nil ? "\(index.slotCount - index.freeCount)" : "-", state,
    ]
  }
}
