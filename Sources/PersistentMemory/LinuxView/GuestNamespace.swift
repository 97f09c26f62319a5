/// A namespace of a region as a Linux guest shows it, but for its number.
package struct GuestNamespace: Sendable {
  /// Nil without labels.
  package let label: LabelledNamespace?
  package let extent: NamespaceExtent?
  /// Nil for an empty namespace, which waits for somebody to give it a size.
  package let probe: NamespaceProbe?

  /// The empty namespace that Linux keeps ready in a region with labels.
  static let seed = GuestNamespace()

  private init() {
    label = nil
    extent = nil
    probe = nil
  }

  /// The namespace that a region without labels is.
  init<Failure: Error>(
    wholeOf device: NVDIMMDescription, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let extent = NamespaceExtent(start: device.base, size: device.length, room: device.length)
    label = nil
    self.extent = extent
    probe = try NamespaceProbe(extent, read: read)
  }

  /// The namespace that `label` describes; `earlier` are those that the kernel brought up before.
  init<Failure: Error>(
    _ label: LabelledNamespace, of device: NVDIMMDescription, after earlier: [GuestNamespace],
    read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let next = earlier.compactMap { $0.label?.dpa }.filter { $0 > label.dpa }.min() ?? device.length
    let extent = NamespaceExtent(label, base: device.base, room: next - label.dpa)
    self.label = label
    self.extent = extent
    probe = try NamespaceProbe(extent) { (offset, count) throws(Failure) in try read(label.dpa + offset, count) }
  }
}
