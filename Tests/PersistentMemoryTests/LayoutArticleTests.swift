import Basics
import Foundation
import PersistentMemory
import TestSupport
import Testing

/// The numbers in the article on the layout must be those of the code.
@Suite("the article on the layout on disk")
struct LayoutArticleTests {
  /// The cells of each row of a table.
  private let rows: [[String]]

  init() throws {
    let file = Corpus.folder.appendingPathComponent(
      "../../Sources/PersistentMemory/PersistentMemory.docc/LayoutOnDisk.md")
    rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| ") }.map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Returns whether a table has a row with the offset, the size and the name of `field`.
  private func hasRow<Value>(_ field: Field<Value>) -> Bool {
    rows.contains { $0.starts(with: ["\(field.offset)", "\(field.range.count)", "`\(field.name)`"]) }
  }

  @Test("fields of index blocks") func indexFields() {
    typealias Fields = IndexBlock.Fields
    #expect([Fields.labelSize].allSatisfy(hasRow))
    #expect([Fields.major, Fields.minor].allSatisfy(hasRow))
    #expect([Fields.sequence, Fields.slotCount].allSatisfy(hasRow))
    let offsets = [Fields.ownOffset, Fields.size, Fields.otherOffset, Fields.labelOffset, Fields.checksum]
    #expect(offsets.allSatisfy(hasRow))
  }

  @Test("fields of labels") func labelFields() {
    typealias Fields = NamespaceLabel.Fields
    #expect([Fields.alignment].allSatisfy(hasRow))
    #expect([Fields.setSize, Fields.position].allSatisfy(hasRow))
    #expect([Fields.flags, Fields.slot].allSatisfy(hasRow))
    #expect([Fields.cookie, Fields.sectorSize, Fields.dpa, Fields.rawSize, Fields.checksum].allSatisfy(hasRow))
  }

  @Test("sizes of areas") func geometry() throws {
    let sizes = rows.filter { $0.count == 5 && $0[0].hasSuffix("iB") }
    #expect(sizes.count == 6)
    for row in sizes {
      let size = Int(try ByteCount(parsing: row[0].replacing(" ", with: "")).bytes)
      let geometries = LabelGeometry.labelSizes.compactMap { LabelGeometry(areaSize: size, labelSize: $0) }
      #expect(row.dropFirst() == geometries.flatMap { ["\($0.indexSize)", "\($0.slotCount)"] }[...])
    }
  }

  @Test("cookies") func cookies() {
    let cookies = rows.filter { $0.count == 3 && $0[1].hasPrefix("0x") }
    #expect(cookies.count == 3)
    for (slot, row) in cookies.enumerated() {
      let cookie = InterleaveSetCookie(virtualSlot: slot)
      #expect(row == ["\(slot)", cookie.v1_1.hex, cookie.v1_2.hex])
    }
  }
}
