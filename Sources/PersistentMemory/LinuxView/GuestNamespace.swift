/// A namespace of a region as a Linux guest shows it, but for its number.
public struct GuestNamespace: Sendable {
  /// What its labels describe; nil in a region without labels.
  public let label: LabelledNamespace?
  /// The bytes that it takes; nil for an empty namespace.
  public let extent: NamespaceExtent?
  /// What Linux makes of it; nil for an empty namespace, which waits for somebody to give it a size.
  public let probe: NamespaceProbe?

  /// The empty namespace that Linux keeps ready in a region with labels.
  static let seed = GuestNamespace()

  private init() {
    label = nil
    extent = nil
    probe = nil
  }

  /// The namespace that a region without labels is.
  init<Failure: Error>(
    wholeOf device: NVDIMMDescription, _ linux: LinuxRelease, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let extent = NamespaceExtent(start: device.base, size: device.length, room: device.length)
    label = nil
    self.extent = extent
    probe = try NamespaceProbe(extent, linux, read: read)
  }

  /// The namespace that `label` describes; `earlier` are those that the kernel brought up before.
  init<Failure: Error>(
    _ label: LabelledNamespace, of device: NVDIMMDescription, after earlier: [GuestNamespace],
    _ linux: LinuxRelease, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let next = earlier.compactMap { $0.label?.dpa }.filter { $0 > label.dpa }.min() ?? device.length
    let extent = NamespaceExtent(label, base: device.base, room: next - label.dpa)
    self.label = label
    self.extent = extent
    probe = try NamespaceProbe(extent, linux) { (offset, count) throws(Failure) in try read(label.dpa + offset, count) }
  }
}
