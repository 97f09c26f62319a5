package import Basics

/// A libvirt domain, as far as memory is concerned. Sizes are in KiB, as libvirt keeps them.
///
/// Read a domain with `init(xml:_:isAccepted:)`, then complete it with `defined(for:)` and `started(on:)`, which refuse
/// what the release of libvirt refuses.
package struct LibvirtDomain: Equatable, Sendable {
  package struct Node: Equatable, Sendable {
    package var memory: UInt64
    package var access: LibvirtAccess?
    package var discards: Bool?
  }

  /// The libvirt that reads, defines and starts the domain.
  package let release: LibvirtRelease
  /// The first thing in the document that the release refuses; nothing after it is read.
  package internal(set) var refusal: LibvirtRefusal?
  /// The things that a libvirt has accepted and this suite cannot read; they are ignored.
  package internal(set) var undescribed: [LibvirtRefusal] = []

  package var name: String?
  /// `arch=` of the type, such as `x86_64`; `nil` for the host's architecture.
  package var architectureName: String?
  package var machine: String?
  package var emulator: String?
  /// Whether the features include `<acpi/>`; without it libvirt starts QEMU without ACPI.
  package var hasACPI = false
  /// Whether the domain names or requests firmware.
  package var hasFirmware = false
  /// The size of RAM and all memory devices.
  package var memory: UInt64 = 0
  /// `<maxMemory>`; 0 if there is none.
  package var maximum: UInt64 = 0
  package var slots: UInt32 = 0
  package var backing = LibvirtBacking()
  var tuning = LibvirtMemoryTuning()
  /// The backend of RAM was not to be had, and libvirt goes on without it.
  var lacksRAM = false
  package var nodes: [Node] = []
  /// The devices in the order of the document, which is that of plugging.
  package var devices: [LibvirtMemoryDevice] = []
  /// The values of `<qemu:arg>`, which libvirt passes on unchanged.
  package var extraArguments: [String] = []

  /// The architecture; `nil` if this suite does not describe it.
  package var architecture: Architecture? {
    switch architectureName {
    case nil, "x86_64", "i686": .x86_64
    case "ppc64", "ppc64le": .ppc64
    case let name?: Architecture(rawValue: name)
    }
  }

  /// The maximum length of a document in bytes.
  package static let byteLimit = XMLReader.byteLimit

  /// Whether the devices, or the arguments passed on to QEMU, include an NVDIMM or a virtio-pmem.
  package var hasPersistentMemory: Bool {
    devices.contains(where: \.model.hasPath)
      || extraArguments.contains { text in Self.persistentDevices.contains { text.contains($0) } }
  }

  /// The words of which a document with persistent memory contains at least one.
  package static let persistentDevices = ["nvdimm", "virtio-pmem"]

  var isPOWER: Bool { architecture == .ppc64 }
  /// The size of the RAM in KiB, without the devices.
  package var initialMemory: UInt64 { memory - min(memory, deviceMemory) }
  var deviceMemory: UInt64 { devices.reduce(0) { $0 + $1.size } }
}
