/// From where on the platform itself carries a write to the media when power fails.
///
/// The names are those of QEMU's `nvdimm-persistence=`.
package enum PersistenceDomain: String, Sendable, CaseIterable {
  /// From the CPU's caches on.
  case cpu
  /// From the memory controller on: the guest flushes its caches.
  case memoryController = "mem-ctrl"

  /// The bits of the platform capabilities structure (ACPI 6.5, table 5.143): bit 0 the CPU's caches,
  /// bit 1 the memory controller.
  package var capabilities: UInt32 { self == .cpu ? 0b11 : 0b10 }
}
