package import Basics

/// A libvirt domain, as far as memory is concerned. Sizes are in KiB, as libvirt keeps them.
///
/// Read with `init(xml:_:isAccepted:)`, settled with `defined(for:)` and `started(on:)`, which refuse what the release
/// of libvirt refuses.
package struct LibvirtDomain: Equatable, Sendable {
  package struct Node: Equatable, Sendable {
    package var memory: UInt64
    package var access: LibvirtAccess?
    package var discards: Bool?
  }

  /// The libvirt that it is read, defined and started by.
  package let release: LibvirtRelease
  /// The first thing in the document that the release refuses: behind it nothing is read.
  package internal(set) var refusal: LibvirtRefusal?
  /// What a libvirt has accepted and this suite cannot read: it is passed over.
  package internal(set) var undescribed: [LibvirtRefusal] = []

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
  var tuning = LibvirtMemoryTuning()
  /// The backend of RAM was not to be had, and libvirt goes on without it.
  var lacksRAM = false
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

  /// Whether there is an NVDIMM or a virtio-pmem among its devices, or in what is passed on to QEMU.
  package var hasPersistentMemory: Bool {
    devices.contains(where: \.model.hasPath)
      || extraArguments.contains { text in Self.persistentDevices.contains { text.contains($0) } }
  }

  /// What a document mentions that has persistent memory.
  package static let persistentDevices = ["nvdimm", "virtio-pmem"]

  var isPOWER: Bool { architecture == .ppc64 }
  /// KiB of RAM, which the devices are not part of.
  package var initialMemory: UInt64 { memory - min(memory, deviceMemory) }
  var deviceMemory: UInt64 { devices.reduce(0) { $0 + $1.size } }
}
