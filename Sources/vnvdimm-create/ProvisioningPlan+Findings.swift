import Basics
import LabelChange
import PersistentMemory

extension ProvisioningPlan {
  /// The conditions in the guest under which the namespaces appear as planned.
  var findings: [Finding] {
    guard let first = namespaces.first(where: { $0.mode.superblock != nil && $0.specification.alignment == 1 << 30 })
    else { return [] }
    let message = """
      \(first.name()) has an alignment of 1 GiB: the guest shows it only where the region starts at a multiple of \
      that, as that of the first DIMM does
      """
    return [Finding(CreateRule.hugeAlignment, message)]
  }
}
