import VNVDIMMCore

extension ProvisioningPlan {
  /// What the guest must be like for the namespaces to appear as planned.
  var findings: [Finding] {
    let huge = namespaces.filter { $0.mode.superblock != nil && $0.specification.alignment == 1 << 30 }
    guard let first = huge.first else { return [] }
    return [
      Finding(
        CreateRule.hugeAlignment,
        "\(first.name()) has an alignment of 1 GiB: the guest shows it only where its CPU has pages of that size "
          + "(QEMU: -cpu host or max) and the region starts at a multiple of it, as that of the first DIMM does")
    ]
  }
}
