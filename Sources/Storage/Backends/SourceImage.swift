import Basics
package import LabelChange
import PersistentMemory
package import SystemPackage

/// A raw image, in a file or a device, whose bytes a new backend is to hold.
package final class SourceImage: Sendable {
  /// Opened once, so that the bytes that were examined are those that are copied.
  let backend: Backend
  package var path: FilePath { backend.path }
  /// The size in bytes when the image was examined.
  package var size: UInt64 { backend.size }
  var modeOfCopies: FilePermissions { backend.modeOfCopies }
  /// The disk that a guest without labels makes of the info block at the start of the image; `nil` for a raw disk.
  package let disk: CarriedDisk?
  /// The kinds of contents that can be recognized by the last bytes of the image alone, and are lost once the disk ends
  /// elsewhere.
  package let knownByEnd: [String]
  /// The first sector of the image.
  package let firstSector: [UInt8]

  /// Examines the image at `path`. Throws if its bytes are not those that a guest would see.
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
    // A guest ignores the info block of a namespace that has a label, and the label is not here.
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

  /// The kinds of contents that have structures at both ends.
  private static let haveEnd: Set = ["zfs_member"]
}
