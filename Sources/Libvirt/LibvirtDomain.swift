package import Basics

/// A domain of libvirt, as far as memory is concerned. Sizes are in KiB, as libvirt keeps them.
///
/// Read with `init(xml:)`, settled with `defined()` and `started()`, which refuse what libvirt refuses.
package struct LibvirtDomain: Equatable, Sendable {
  package struct Node: Equatable, Sendable {
    package var memory: UInt64
    package var access: LibvirtAccess?
    package var discards: Bool?
  }

  package var name: String?
  /// `arch=` of the type, such as `x86_64`; nil where the host's is meant.
  package var architectureName: String?
  package var machine: String?
  package var emulator: String?
  /// `<acpi/>` among the features: without it libvirt starts QEMU without ACPI.
  package var hasACPI = false
  /// Whether a firmware is named, or asked for.
  package var hasFirmware = false
  /// Of RAM and all memory devices.
  package var memory: UInt64 = 0
  /// `<maxMemory>`; 0 where there is none.
  package var maximum: UInt64 = 0
  package var slots: UInt32 = 0
  package var backing = LibvirtBacking()
  package var nodes: [Node] = []
  /// In the order of the document, which is that of plugging.
  package var devices: [LibvirtMemoryDevice] = []
  /// `<qemu:arg>`, which libvirt passes on as they stand.
  package var extraArguments: [String] = []

  /// Nil for one that this suite does not describe.
  package var architecture: Architecture? {
    switch architectureName {
    case nil, "x86_64", "i686": .x86_64
    case "ppc64", "ppc64le": .ppc64
    case let name?: Architecture(rawValue: name)
    }
  }

  /// The longest document that is read, in bytes.
  package static let byteLimit = XMLReader.byteLimit

  /// Whether there is one among its devices, or in what is passed on to QEMU.
  package var hasNVDIMM: Bool {
    devices.contains { $0.model == .nvdimm } || extraArguments.contains { $0.contains("nvdimm") }
  }

  var isPOWER: Bool { architecture == .ppc64 }
  /// KiB of RAM, which the devices are not part of.
  package var initialMemory: UInt64 { memory - min(memory, deviceMemory) }
  /// Who sees what the guest writes to `device`; nil, as private, where nothing is said.
  func access(of device: LibvirtMemoryDevice) -> LibvirtAccess? {
    let node = device.node.flatMap { nodes.indices.contains($0) ? nodes[$0] : nil }
    return device.access ?? node?.access ?? backing.access ?? (device.model == .virtioPersistentMemory ? .shared : nil)
  }

  var deviceMemory: UInt64 { devices.reduce(0) { $0 + $1.size } }
}

/// `<memoryBacking>`.
package struct LibvirtBacking: Equatable, Sendable {
  package var access: LibvirtAccess?
  package var isAllocatedAtOnce = false
  package var allocationThreads: UInt32 = 0
  package var discards = false
}
