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

  /// Looks at the image at `path`. Throws where its bytes are not what a guest would see of them.
  package init(_ path: FilePath) throws(BackendError) {
    let image = try Backend(path: path)
    let size = image.size
    guard size > 0 else { throw BackendError(path, .emptyImage) }
    let head = try image.read(at: 0, count: Int(min(size, UInt64(DiskImageFormat.headSize))))
    if let format = DiskImageFormat(of: head) { throw BackendError(path, .notRaw(format)) }
    try image.checkSettled()
    let labels = try image.locateLabelArea(mappedSize: size).ofAtLeast(BackendGeometry.smallestLabelSize)
    guard !labels.areas.contains(where: { $0.end == size }) else { throw BackendError(path, .hasLabels) }
    backend = image
  }
}
