import Basics
package import LabelChange
import PersistentMemory
package import SystemPackage

/// A raw image, the bytes of which a new backend is to hold: a file or a device.
package final class SourceImage: Sendable {
  /// Opened once: what was looked at is what is copied.
  let backend: Backend
  package var path: FilePath { backend.path }
  /// Bytes in it when it was looked at.
  package var size: UInt64 { backend.size }
  var modeOfCopies: FilePermissions { backend.modeOfCopies }
  /// What a guest without labels makes of the info block that the image begins with; nil for a raw disk.
  package let disk: CarriedDisk?
  /// What is known by the last bytes of the image alone, and is found by nobody once the disk ends elsewhere.
  package let knownByEnd: [String]
  /// Its first sector.
  package let firstSector: [UInt8]

  /// Looks at the image at `path`. Throws where its bytes are not what a guest would see of them.
  package init(_ path: FilePath) throws(BackendError) {
    let image = try Backend(path: path)
    let size = image.size
    guard size > 0 else { throw BackendError(path, .emptyImage) }
    let count = Int(min(size, UInt64(NamespaceContents.headSize)))
    var head = try image.read(at: 0, count: count)
    if let format = DiskImageFormat(of: head) { throw BackendError(path, .notRaw(format)) }
    try image.checkSettled()
    let labels = try image.locateLabelArea(mappedSize: size).ofAtLeast(BackendGeometry.smallestLabelSize)
    guard !labels.areas.contains(where: { $0.end == size }) else { throw BackendError(path, .hasLabels) }
    head += [UInt8](repeating: 0, count: NamespaceContents.headSize - count)
    firstSector = [UInt8](head[..<512])
    let region = try GuestRegion(
      NVDIMMDescription(slot: 0, base: ProvisioningTarget.defaultRegionAddress, length: size), labels: nil
    ) { (offset, count) throws(BackendError) in
      let stored = offset < size ? Int(min(UInt64(count), size - offset)) : 0
      return try image.read(at: offset, count: stored) + [UInt8](repeating: 0, count: count - stored)
    }
    let probe = region.namespaces?.first?.probe
    // A guest passes over the block of a namespace that has a label, and the label is not here.
    if case .passedOver(let signature, .parent, _)? = probe?.problem {
      throw BackendError(path, .labelsMissing(signature.rawValue))
    }
    disk = probe.flatMap { CarriedDisk($0.personality, head: head) }
    var kinds: [String] = []
    for window in ContentsWindow.windows(of: region) {
      let found = try image.contents(of: window)
      let ends = try image.contentsKnownByEnd(of: window, found) + found.filter { Self.haveEnd.contains($0.kind) }
      kinds += ends.map(\.kind)
    }
    knownByEnd = kinds
    backend = image
  }

  /// What has something at both ends.
  private static let haveEnd: Set = ["zfs_member"]
}
