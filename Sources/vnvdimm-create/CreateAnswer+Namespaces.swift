import Basics
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

extension CreateAnswer {
  /// The namespaces for people, as the guest will show them if this is its only DIMM.
  var namespaceLines: [String] {
    guard let plan = backend.provisioning else { return [] }
    let isLabelled = plan.target.geometry.labelSize > 0
    return ["", isLabelled ? "namespaces, in DIMM slot \(plan.target.slot):" : "without labels the guest sees:"]
      + plan.namespaces.flatMap { namespace in
        let name = namespace.specification.name
        let data = namespace.dataOffset.map { "data at \($0.hex)" } ?? "data behind a translation table"
        let parts = [
          "\(namespace.device()) (\(namespace.mode.rawValue))\(name.isEmpty ? "" : " \"\(name)\"")",
          ByteCount(namespace.size).precise, data,
        ]
        return ["  " + parts.joined(separator: ", ")] + fileSystem(on: namespace)
      }
  }

  /// Returns instructions for putting a file system into a namespace from here; empty if it could not be mapped with
  /// DAX, or holds an image.
  private func fileSystem(on namespace: PlannedNamespace) -> [String] {
    if case .carried = namespace.layout { return [] }
    guard namespace.mode == .fsdax, let offset = namespace.dataOffset, offset != creation.image?.offset else {
      return []
    }
    return [
      "    mkfs.ext4 -b 4096 -E offset=\(offset) \(creation.path.string.shellQuotedPath) \(namespace.size >> 10)k"
    ]
  }
}
