import PersistentMemory
package import SystemPackage

/// A raw image, the bytes of which a new backend is to hold: a file or a device.
package struct SourceImage: Sendable {
  package let path: FilePath
  /// Bytes in it when it was looked at.
  package let size: UInt64

  /// Looks at the image at `path`. Throws where its bytes are not what a guest would see of them.
  package init(_ path: FilePath) throws(BackendError) {
    let image = try Backend(path: path)
    self.path = path
    size = image.size
    guard size > 0 else { throw BackendError(path, .emptyImage) }
    let head = try image.read(at: 0, count: Int(min(size, UInt64(DiskImageFormat.headSize))))
    if let format = DiskImageFormat(of: head) { throw BackendError(path, .notRaw(format)) }
    let labels = try image.locateLabelArea(mappedSize: size).ofAtLeast(BackendGeometry.smallestLabelSize)
    guard !labels.areas.contains(where: { $0.end == size }) else { throw BackendError(path, .hasLabels) }
  }
}
