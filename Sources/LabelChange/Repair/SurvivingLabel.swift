import PersistentMemory

/// A label that can count, and how much it counts where not all can stay.
struct SurvivingLabel {
  let slot: Int
  /// The label as it is to be, with what is wrong and can be known set right.
  var label: NamespaceLabel
  /// What was set right.
  var mended: [LabelRule] = []
  /// Whether another label, which stays, says something else of its uuid or of its addresses.
  var isContested = false
  /// Whether Linux shows it on this DIMM, rather than passing over it.
  let isShown: Bool
  /// Whether a bitmap, proved or not, calls its slot used.
  let isListed: Bool

  /// The addresses that the label takes; `SurvivingLabel`s are made of labels that take some.
  let range: ClosedRange<UInt64>

  /// What is kept with a label or a set of labels. The greater value is the better one.
  struct Worth: Comparable {
    /// Bytes of namespaces that Linux shows, and whose slots a bitmap lists.
    var listed: UInt64 = 0
    /// Bytes of namespaces that Linux shows.
    var shown: UInt64 = 0
    /// Bytes of namespaces that it passes over: those of another DIMM.
    var hidden: UInt64 = 0
    /// Labels that were written to the end.
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
