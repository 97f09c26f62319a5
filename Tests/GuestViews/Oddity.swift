/// One exact fault or oddity in the labels of a DIMM, at the edge of a rule of Linux.
///
/// `Damage` is random; the oddities are all listed, so that a guest is tested with each edge separately.
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

  /// Returns an oddity for each of `values`, which `apply` stores.
  static func each<Value: Sendable>(
    _ name: String, _ values: [Value], _ apply: @escaping @Sendable (inout TamperedLabels, Value) -> Void
  ) -> [Oddity] {
    values.map { value in Oddity("\(name) \(value)") { apply(&$0, value) } }
  }
}
