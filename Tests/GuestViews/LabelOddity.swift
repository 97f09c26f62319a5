import PersistentMemory

/// An oddity in labels of one version.
struct LabelOddity {
  let version: LabelVersion
  let oddity: Oddity

  /// Returns every oddity for every label version to which it applies.
  static func all() throws -> [LabelOddity] {
    try [LabelVersion.v1_2, .v1_1].flatMap { version in
      let sample = try LabelArea.encoded(
        version, size: 128 << 10, labels: .init(repeating: NamespaceLabel(blank: version), count: 4)
      ).array
      return try Oddity.all.filter { oddity in
        var labels = try TamperedLabels(sample, version, regionSize: 80 << 20, dimmSlot: 0)
        oddity.apply(&labels)
        return labels.bytes != sample
      }.map { LabelOddity(version: version, oddity: $0) }
    }
  }
}
