/// What a QEMU command line asks of one file backend and its NVDIMM, as far as sizes are concerned.
package struct BackendRequest: Equatable, Sendable {
  /// Of the memory backend; it occurs in messages.
  package var id: String
  package var path: String
  /// S, in bytes: `size=`.
  package var size: UInt64
  /// L, in bytes: `label-size=`; nil where the option is not given, which is not the same as 0.
  package var labelSize: UInt64?
  /// A, in bytes: `align=`; 0 is what QEMU takes for "not given".
  package var alignment: UInt64
  /// `readonly=on`.
  package var isReadOnly = false
  /// `offset=`, in bytes: where in the file the device begins. (since 8.1)
  package var offset: UInt64 = 0

  package init(id: String, path: String, size: UInt64, labelSize: UInt64? = nil, alignment: UInt64 = 0) {
    self.id = id
    self.path = path
    self.size = size
    self.labelSize = labelSize
    self.alignment = alignment
  }
}
