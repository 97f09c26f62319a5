import GuestConfiguration
import VNVDIMMCore

extension CommandCheck {
  /// What the guest shows of each NVDIMM; those without a file are all zeros when it starts.
  var regions: [GuestRegion] {
    let ofFiles = backends.compactMap(\.report.region)
    let slots = Set(ofFiles.map(\.device.slot))
    let others = prediction.devices.filter { $0.option.kind == .nvdimm && !slots.contains($0.placement.slot) }
    return ofFiles + others.compactMap(Self.region)
  }

  /// The region of an NVDIMM in anonymous memory; nil where its label area is larger than the suite reads.
  private static func region(of device: MachinePrediction.Device) -> GuestRegion? {
    let description = NVDIMMDescription(
      slot: device.placement.slot, base: device.placement.address, length: device.placement.size,
      node: device.option.node, isUnarmed: device.option.isUnarmed)
    var labels: LabelArea?
    if let size = device.option.labelSize {
      guard (try? LabelArea.check(size: size)) != nil, let area = try? LabelArea(LabelArea.blank(size: Int(size)))
      else { return nil }
      labels = area
    }
    return GuestRegion(description, labels: labels) { _, count in [UInt8](repeating: 0, count: count) }
  }
}
