import PersistentMemory

/// A label that may be in effect, and its value if not all labels can stay.
struct SurvivingLabel {
  let slot: Int
  /// The label after correction of everything that can be known.
  var label: NamespaceLabel
  /// The rules whose violation was corrected.
  var mended: [LabelRule] = []
  /// Whether another label, which stays, contradicts this one about its uuid or its addresses.
  var isContested = false
  /// Whether Linux shows the label on this DIMM, rather than ignoring it.
  let isShown: Bool
  /// Whether a bitmap, proved or not, marks its slot as used.
  let isListed: Bool

  /// The addresses that the label takes; a `SurvivingLabel` always takes some.
  let range: ClosedRange<UInt64>

  /// The value of a label or a set of labels. The greater value is the better one.
  struct Worth: Comparable {
    /// The bytes of namespaces that Linux shows, and whose slots a bitmap lists.
    var listed: UInt64 = 0
    /// The bytes of namespaces that Linux shows.
    var shown: UInt64 = 0
    /// The bytes of namespaces that Linux ignores: those of another DIMM.
    var hidden: UInt64 = 0
    /// The number of labels that were written completely.
    var settled: UInt64 = 0

    static func + (left: Worth, right: Worth) -> Worth {
      Worth(
        listed: sum(left.listed, right.listed), shown: sum(left.shown, right.shown),
        hidden: sum(left.hidden, right.hidden), settled: left.settled + right.settled)
    }

    static func < (left: Worth, right: Worth) -> Bool {
      (left.listed, left.shown, left.hidden, left.settled) < (right.listed, right.shown, right.hidden, right.settled)
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
      let (sum, overflow) = left.addingReportingOverflow(right)
      return overflow ? .max : sum
    }
  }

  var worth: Worth {
    let size = label.rawSize
    return Worth(
      listed: isShown && isListed ? size : 0, shown: isShown ? size : 0, hidden: isShown ? 0 : size,
      settled: label.flags.contains(.updating) ? 0 : 1)
  }
}
