/// One exact thing that is wrong, or odd, with the labels of a DIMM, at the edge of a rule of Linux.
///
/// `Damage` strikes at random; these are all there, each by itself, so that a guest is asked about every edge.
struct Oddity: Sendable {
  let name: String
  let apply: @Sendable (inout TamperedLabels) -> Void

  init(_ name: String, _ apply: @escaping @Sendable (inout TamperedLabels) -> Void) {
    self.name = name
    self.apply = apply
  }

  static var all: [Oddity] {
    indexFields + indexCounts + indexVersions + bitmaps + blocks
      + extents + labelNumbers + labelIdentifiers + labelNames + labelSlots + pairs
  }

  /// An oddity for each of `values`, which `apply` puts where they belong.
  static func each<Value: Sendable>(
    _ name: String, _ values: [Value], _ apply: @escaping @Sendable (inout TamperedLabels, Value) -> Void
  ) -> [Oddity] {
    values.map { value in Oddity("\(name) \(value)") { apply(&$0, value) } }
  }
}
