/// The sequence number of an index block: 1, 2, 3, 1 and so on; 0 is never valid.
///
/// Source: UEFI 2.10, 13.19 ("Seq"); Linux `best_seq` and `nd_inc_seq`.
package struct IndexSequence: Hashable, Sendable {
  package let value: UInt32

  /// The number in a stored field, of which only the two low bits count.
  package init(stored: UInt32) { value = stored & 3 }

  package var isValid: Bool { value != 0 }

  /// The number that the next index block to be written gets.
  package var next: IndexSequence { IndexSequence(stored: value % 3 + 1) }

  /// Which of two valid blocks is current. Equal numbers choose block 1.
  package static func current(_ block0: IndexSequence, _ block1: IndexSequence) -> Int {
    block0 == block1 || block0.next == block1 ? 1 : 0
  }
}
