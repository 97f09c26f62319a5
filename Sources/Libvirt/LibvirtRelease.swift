/// A release of libvirt, such as 9.0. A third number changes nothing that is described here.
package struct LibvirtRelease: Hashable, Comparable, Sendable {
  package let major: Int
  package let minor: Int

  /// The oldest and the newest release whose rules are described.
  package static let oldest = LibvirtRelease(7, 0)
  package static let newest = LibvirtRelease(12, 9)

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `9.0`, `9.0.0`, or either with the suffix of a distribution. `nil` if the text names no release, or one
  /// before the oldest described one; a release later than the newest has its rules.
  package init?(parsing text: String) {
    let numbers = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let parts = numbers.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    let suffix = text.dropFirst(numbers.count)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.map { $0 < 1000 } ?? false }),
      suffix.isEmpty || "-+~ ".contains(suffix.prefix(1)), let major = parts[0], let minor = parts[1]
    else { return nil }
    self.init(major, minor)
    guard self >= .oldest else { return nil }
  }

  /// Reads the release from the library's name, such as `libvirt.so.0.9000.0`; `nil` for any other name. Source:
  /// libvirt's `meson.build`, `so_version`, `lib_version`.
  package init?(ofLibrary name: some StringProtocol) {
    let prefix = "libvirt.so.0."
    guard name.hasPrefix(prefix),
      let number = name.dropFirst(prefix.count).split(separator: ".").first.flatMap({ Int($0) }), number >= 1000
    else { return nil }
    self.init(number / 1000, number % 1000)
    guard self >= .oldest else { return nil }
  }

  /// Whether the release is later than the newest described one.
  package var isUndescribed: Bool { self > .newest }

  package static func < (left: LibvirtRelease, right: LibvirtRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension LibvirtRelease: CustomStringConvertible {
  package var description: String { "\(major).\(minor)" }
}

/// The differences between releases of libvirt that concern memory.
///
/// Sources: NEWS of the named release; if it says nothing, the sources of 7.0, 9.0, 10.0 and 11.3, and the observed
/// behavior of 12.8: the first of them that has the change is given then.
enum LibvirtChange {
  /// `<memory model='virtio-pmem'>`. NEWS 7.1.
  case virtioPersistentMemory
  /// An NVDIMM of a domain whose memory is in a memfd keeps its path; in 7.0 its backend is a memfd as well, and its
  /// data is lost. `qemuBuildMemoryBackendProps`
  case keepsPathBesideMemfd
  /// Huge pages that cannot be had are a refusal in a domain without NUMA cells as well; before, QEMU is started
  /// without the backend of its RAM. `qemuBuildMemCommandLine`
  case hugePagesWithoutNodes
  /// Objects and devices are given to QEMU as JSON, where it takes JSON. `qemuBuildDeviceCommandlineFromJSON`
  case writesJSON
  /// `<numatune><memory mode='restrictive'>`. `virDomainNumatuneMemMode`
  case restrictiveMode
  /// `<memory model='virtio-mem'>`. NEWS 7.9.
  case virtioMemory
  /// Attributes are read by one function, with its messages. `virXMLPropEnum`
  case namesAttributes
  /// `prealloc-threads=` of backends. `virDomainDefParseMemory`
  case allocationThreads
  /// An NVDIMM's `<uuid>` is for POWER only; before, it is not read elsewhere. `virDomainMemoryDefValidate`
  case refusesUUID
  /// Nodes of devices are checked when the domain is defined; before, when it is started. `virDomainMemoryDefValidate`
  case checksNodesEarly
  /// `discard='no'` is passed to QEMU as well. `qemuBuildMemoryBackendProps`
  case writesDiscard
  /// `<memory model='sgx-epc'>`. NEWS 8.10.
  case enclave
  /// `<target><address base=…>` of virtio devices. NEWS 9.4.
  case memoryAddress
  /// Only DIMMs take slots, and a domain without them needs none. NEWS 9.5.
  case countsDIMMsAlone
  /// A domain without NUMA cells gets one. NEWS 9.6.
  case addsNode
  /// Addresses of devices must not overlap, and must be aligned. NEWS 9.8.
  case checksOverlap
  /// `-machine acpi=` for a QEMU that reports which machines have ACPI, and a refusal if the machine has none.
  /// `qemuBuildMachineACPI`
  case machineACPI
  /// `-m size=…` in any case. `qemuBuildMemCommandLine`
  case writesMemoryUnit
  /// `<target dynamicMemslots=…>`; addresses are compared in both directions and without label areas. NEWS 10.1.
  case dynamicSlots
  /// What is restrictive for one node must be so for all, and this is looked at when the domain is defined.
  /// `virDomainNumaDefValidate`
  case checksRestrictiveLate
  /// virtio-mem may have an address of a channel. NEWS 11.1.
  case virtioMemoryOnChannel
  /// `type=` of an address is read as any attribute, with its texts. `virDomainDeviceInfoParseXML`
  case namesAddressType
  /// `<nodemask>` of a device binds it, whatever the mode of all memory is. `qemuBuildMemoryBackendProps`
  case bindsNodeMask
  /// A node without memory has no backend. `qemuBuildNumaCommandLine`
  case omitsEmptyNodes

  var since: LibvirtRelease {
    switch self {
    case .virtioPersistentMemory, .keepsPathBesideMemfd, .hugePagesWithoutNodes: LibvirtRelease(7, 1)
    case .restrictiveMode: LibvirtRelease(7, 3)
    case .virtioMemory: LibvirtRelease(7, 9)
    case .writesJSON: LibvirtRelease(7, 10)
    case .enclave: LibvirtRelease(8, 10)
    case .namesAttributes, .allocationThreads, .refusesUUID, .checksNodesEarly, .writesDiscard: LibvirtRelease(8, 0)
    case .memoryAddress: LibvirtRelease(9, 4)
    case .countsDIMMsAlone: LibvirtRelease(9, 5)
    case .addsNode: LibvirtRelease(9, 6)
    case .checksOverlap: LibvirtRelease(9, 8)
    case .machineACPI, .writesMemoryUnit: LibvirtRelease(10, 0)
    case .dynamicSlots: LibvirtRelease(10, 1)
    case .virtioMemoryOnChannel: LibvirtRelease(11, 1)
    case .checksRestrictiveLate, .namesAddressType: LibvirtRelease(11, 3)
    case .bindsNodeMask, .omitsEmptyNodes: LibvirtRelease(12, 8)
    }
  }
}

extension LibvirtRelease {
  func has(_ change: LibvirtChange) -> Bool { self >= change.since }

  /// What `read` gives, or its refusal in the words of the release.
  func words<Value>(_ read: () throws(LibvirtRefusal) -> Value) throws(LibvirtRefusal) -> Value {
    do throws(LibvirtRefusal) { return try read() } catch {
      throw has(.namesAttributes) ? error : error.beforeNamedAttributes
    }
  }
}
