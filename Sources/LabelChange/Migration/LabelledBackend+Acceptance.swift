import PersistentMemory

extension LabelledBackend {
  /// Throws if Linux would refuse the labels as `bytes` in the region of `target`, or would no longer show a namespace
  /// that it shows now.
  ///
  /// A label that lay outside the region, and was ignored, may become visible there; if labels contradict each other,
  /// the region's end and their slots decide which one is in effect. Labels are first judged as those of the DIMM that
  /// their cookies name, and afterwards, if they are being moved, as those of the DIMM in `slot`. Labels that Linux
  /// refuses now may stay refused if they stay in their slot.
  func checkShown(
    _ bytes: SparseBytes, in target: BackendGeometry, slot: Int? = nil
  ) throws(MigrationRefusal) {
    let changed: LabelArea
    do throws(LabelAreaError) { changed = try LabelArea(bytes) } catch { throw .labelArea(error) }
    for own in Set(labels.compactMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }).sorted() {
      let before = Self.outcome(area, geometry, slot: own)
      switch (before, Self.outcome(changed, target, slot: slot ?? own)) {
      case (.refused, .refused) where slot == nil: continue
      case (_, .refused(let refusal, _)):
        guard let label = changed.label(in: refusal.slot) else { throw .damagedDIMM(refusal) }
        throw .wouldBeRefused(NamespaceIdentity(label), refusal.rule)
      case (.namespaces(let shown), .namespaces(let left)):
        let left = Set(left.map { NamespaceIdentity($0) })
        guard let hidden = shown.lazy.map({ NamespaceIdentity($0) }).first(where: { !left.contains($0) })
        else { continue }
        throw .wouldBeHidden(hidden)
      default: continue
      }
    }
  }

  private static func outcome(_ area: LabelArea, _ geometry: BackendGeometry, slot: Int) -> RegionProbe.Outcome {
    RegionProbe(
      area, regionSize: geometry.regionSize, cookie: InterleaveSetCookie(virtualSlot: slot), boot: .warm
    ).outcome
  }
}
