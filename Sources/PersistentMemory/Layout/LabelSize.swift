/// How large the label area of a backend is, or is to be.
package enum LabelSize: Hashable, Sendable {
  /// Of a new backend, the smallest area that puts both ends of the region where QEMU, libvirt and the guest want
  /// them; of one that is there, the area that is found.
  case automatic
  /// No label area: the guest gets one namespace that it cannot divide.
  case none
  /// So many bytes.
  case exactly(UInt64)

  /// The largest area that `automatic` chooses, in bytes: a guest's kernel keeps a copy of the whole area.
  package static let largestAutomatic: UInt64 = 32 << 20
}
