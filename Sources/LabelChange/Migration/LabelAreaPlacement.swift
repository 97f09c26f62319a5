/// A label area and where it lies in its backend.
package struct LabelAreaPlacement: Hashable, Sendable {
  /// Offset of the area in the backend, in bytes: the mapped size less the label size.
  package let offset: UInt64

  /// The whole area: L bytes.
  package let bytes: [UInt8]

  package init(offset: UInt64, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }

  /// The offset just behind the area: S, in bytes.
  package var end: UInt64 { offset + UInt64(bytes.count) }
}
