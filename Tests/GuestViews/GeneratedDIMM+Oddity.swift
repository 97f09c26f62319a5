import Basics
import LabelChange
import PersistentMemory

extension GeneratedDIMM {
  /// Makes one namespace of each mode, the last followed by free space, and `oddity`.
  init(slot: Int, base: UInt64, _ oddity: LabelOddity, using generator: inout SplitMix64) throws {
    let version = oddity.version
    self.init(
      slot: slot, regionSize: 80 << 20, labelSize: Self.labelSizes.randomElement(using: &generator) ?? 128 << 10)
    history = ["region \(regionSize) at \(base.hex)", "label area \(labelSize ?? 0)", "labels \(version.rawValue)"]
    history.append(oddity.oddity.name)
    guard let labelSize else { return }
    let geometry = try BackendGeometry(mappedSize: size, labelSize: UInt64(labelSize))
    let target = ProvisioningTarget(
      geometry: geometry, version: version, slot: slot, regionAddress: base, regionAlignment: 2 << 20)
    let wanted = [
      "raw,size=16M,name=first", "fsdax,size=16M,name=second,map=mem", "sector,size=18M", "devdax,size=16M,map=mem",
    ]
    let plan = try ProvisioningPlan(
      wanted.map { try NamespaceSpecification(parsing: $0) }, for: target, uuids: { Self.uuid(&generator) })
    take(plan)
    var labels = try TamperedLabels(area, version, regionSize: regionSize, dimmSlot: slot)
    oddity.oddity.apply(&labels)
    area = labels.bytes
  }
}
