/// The reason why libvirt refuses a domain, in its own words.
///
/// Source: libvirt 7.0, 9.0, 10.0 and 11.3 `domain_conf.c`, `domain_postparse.c`, `domain_validate.c`, `numa_conf.c`,
/// `qemu_domain.c`, `qemu_validate.c`, `qemu_command.c`.
package enum LibvirtRefusal: Error, Equatable, Sendable {
  // Refusals of the parser.
  case notADomain(String)
  case missingValue(String)
  case invalidValue(String, of: String)
  case missingAttribute(String, of: String)
  /// For attributes that have a message of their own in libvirt.
  case invalidWord(String, value: String)
  case missingModel
  case invalidAttribute(String, of: String, value: String, isNumber: Bool)
  case unknownSuffix(String)
  case valueTooLarge(UInt64, String)
  case sizeTooLarge
  case invalidSlotCount
  case invalidThreadCount
  case invalidBitmap(String)
  case emptyNodeSet(String, of: String)
  case hugePageOfNothing
  case unknownTuningMode(String)
  case memoryNodeWithoutCells
  case memoryNodeOfNoCell
  case memoryNodeTwice(UInt32)
  case memoryNodeNotRestrictive
  case memoryNodeAloneRestrictive
  case memoryNodeWithoutCell
  case memoryNodeWithoutMode
  case memoryNodeOfNoNumber(String)
  case memoryNodeWithPlacement
  case severalTunings
  case memoryNodeWithoutSet
  case unknownPlacement(String)
  case placementWithoutNodes
  case unknownBacking(String, value: String)
  case noCells
  case cellsNotContiguous
  case duplicateCell(Int)
  case invalidProcessorCount
  case processorsTwice(Int, Int)
  case moreProcessorsThanThereAre
  case noSuchProcessor
  case invalidNode
  case malformedUUID
  case noTarget
  case labelTooSmall
  case labelTooLarge
  case noAddressType
  case unknownAddressType(String)
  // Inconsistencies that libvirt finds when it defines the domain.
  case devicesExceedMemory
  case noMemory
  case maximumWithoutSlots
  case slotsWithoutMaximum
  case maximumBelowMemory
  case pseriesRegionTooSmall
  case noEmptySlot
  case noMaximum
  case noNodes
  case tooManyDevices(Int, slots: UInt32)
  case tooManyDIMMs(Int, slots: UInt32)
  case notAPCIAddress(String)
  case neitherPCINorChannel(String)
  case nodeRequired
  case slotBeyondCount(UInt32, slots: UInt32)
  case slotUsed(UInt32)
  case baseUsed(UInt64)
  case overlap(Range<UInt64>, other: UInt64)
  case addressNotPageAligned(UInt64)
  case addressNotBlockAligned
  case noRoom
  case backendWithoutNodes
  case noSuchNode(Int, nodes: Int)
  case pathRequired(String)
  case discard(String)
  case labelRequired
  case uuidNotSupported
  case notShared
  case virtioNode
  case requestBeyondSize(UInt64)
  case blockNotPowerOfTwo
  case blockTooSmall(UInt64)
  case requestNotMultiple
  case firmwareRequired
  case noACPI(machine: String)
  case noSuchMachine(String, emulator: String)
  case notInEmulator(String)
  case hugePagesOnDemand
  case hugePagesAnonymous
  case aliasTwice(String)
  case hugePagesIntersect(UInt64, UInt64)
  case hugePagesTwice(UInt64, UInt64)
  case hugePagesOfNoNode(Int)
  // What shows when it is started.
  case noNodeForBackend(Int, nodes: Int)
  case noHugePageFileSystem
  case noHugePagesOfSize(UInt64)
}

extension LibvirtRefusal {
  /// This refusal in the words of releases that read each attribute separately. Source: libvirt 7.0 `domain_conf.c`,
  /// `device_conf.c`, `numa_conf.c`.
  var beforeNamedAttributes: LibvirtRefusal {
    switch self {
    case .missingAttribute("model", of: "memory"): .missingModel
    case .missingAttribute("cellid", of: "memnode"): .memoryNodeWithoutCell
    case .invalidAttribute("mode", of: "memnode", _, _): .memoryNodeWithoutMode
    case .invalidAttribute("cellid", of: "memnode", let value, _): .memoryNodeOfNoNumber(value)
    case .invalidAttribute(let name, let element, let value, _):
      Self.formerWords["\(element)/\(name)"].map { .invalidWord($0, value: value) } ?? self
    case .missingAttribute("slot", of: "address"):
      .invalidWord("XML error: invalid or missing dimm slot id", value: "<null>")
    default: self
    }
  }

  private static let formerWords = [
    "memory/dumpCore": "unsupported configuration: Invalid memory core dump attribute value",
    "memory/model": "XML error: invalid memory model", "memory/access": "XML error: invalid access mode",
    "memory/discard": "XML error: invalid discard value", "address/slot": "XML error: invalid or missing dimm slot id",
    "address/base": "XML error: invalid dimm base address",
    "cell/id": "XML error: Invalid 'id' attribute in NUMA cell:",
    "cell/memAccess": "unsupported configuration: Invalid 'memAccess' attribute value",
    "cell/discard": "unsupported configuration: Invalid 'discard' attribute value",
  ]
}

extension LibvirtRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notADomain(let name): "XML error: expecting root element of 'domain', not '\(name)'"
    case .missingValue(let place): "XML error: missing element or attribute '\(place)'"
    case .invalidValue(let value, let place):
      "XML error: Invalid value '\(value)' for element or attribute '\(place)'"
    case .missingAttribute(let name, let element):
      "XML error: Missing required attribute '\(name)' in element '\(element)'"
    case .invalidAttribute(let name, let element, let value, let isNumber):
      "XML error: Invalid value for attribute '\(name)' in element '\(element)': '\(value)'."
        + (isNumber ? " Expected non-negative integer value" : "")
    case .unknownSuffix(let suffix): "invalid argument: unknown suffix '\(suffix)'"
    case .valueTooLarge(let value, let suffix): "numerical overflow: value too large: \(value)\(suffix)"
    case .sizeTooLarge: "numerical overflow: size value too large"
    case .invalidSlotCount: "XML error: Failed to parse memory slot count"
    case .invalidThreadCount: "XML error: Failed to parse memory allocation threads"
    case .invalidBitmap(let text): "invalid argument: Failed to parse bitmap '\(text)'"
    case .emptyNodeSet(let text, let name): "unsupported configuration: Invalid value of '\(name)': \(text)"
    case .invalidProcessorCount: "XML error: maximum vcpus count must be an integer"
    case .processorsTwice(let cell, let other):
      "unsupported configuration: NUMA cells \(cell) and \(other) have overlapping vCPU ids"
    case .moreProcessorsThanThereAre: "internal error: Number of CPUs in <numa> exceeds the <vcpu> count"
    case .noSuchProcessor: "internal error: CPU IDs in <numa> exceed the <vcpu> count"
    case .hugePageOfNothing: "hugepage size can't be zero"
    case .unknownTuningMode(let mode): "unsupported configuration: Unsupported NUMA memory tuning mode '\(mode)'"
    case .memoryNodeWithoutCells: "XML error: Element 'memnode' is invalid without any guest NUMA cells"
    case .memoryNodeOfNoCell:
      "XML error: Argument 'cellid' in memnode element must correspond to existing guest's NUMA cell"
    case .memoryNodeTwice(let cell): "XML error: Multiple memnode elements with cellid \(cell)"
    case .memoryNodeNotRestrictive:
      "XML error: 'restrictive' mode is required in memnode element when mode is 'restrictive' in memory element"
    case .memoryNodeAloneRestrictive:
      "XML error: 'restrictive' mode is required in memory element when mode is 'restrictive' in memnode element"
    case .memoryNodeWithoutCell: "XML error: Missing required cellid attribute in memnode element"
    case .memoryNodeWithoutMode: "XML error: Invalid mode attribute in memnode element"
    case .memoryNodeOfNoNumber(let text): "XML error: Invalid cellid attribute in memnode element: \(text)"
    case .memoryNodeWithPlacement:
      "unsupported configuration: Per-node binding is not compatible with automatic NUMA placement."
    case .severalTunings: "XML error: only one numatune is supported"
    case .unknownPlacement(let text): "unsupported configuration: Unsupported NUMA memory placement mode '\(text)'"
    case .placementWithoutNodes:
      "unsupported configuration: nodeset for NUMA memory tuning must be set if 'placement' is 'static'"
    case .memoryNodeWithoutSet: "XML error: Missing required nodeset attribute in memnode element"
    case .invalidWord(let words, let value): "\(words) '\(value)'"
    case .missingModel: "XML error: missing memory model"
    case .unknownBacking(let name, let value): "unsupported configuration: unknown memoryBacking/\(name) '\(value)'"
    case .noCells: "XML error: NUMA topology defined without NUMA cells"
    case .cellsNotContiguous:
      "XML error: Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ranges or ranges not "
        + "starting from 0 are not allowed"
    case .duplicateCell(let id): "XML error: Duplicate NUMA cell info for cell id '\(id)'"
    case .invalidNode: "XML error: invalid value of memory device node"
    case .malformedUUID: "internal error: malformed uuid element"
    case .noTarget: "XML error: missing <target> element for <memory> device"
    case .labelTooSmall: "XML error: nvdimm label must be at least 128KiB"
    case .labelTooLarge: "XML error: label size must be smaller than NVDIMM size"
    case .noAddressType: "internal error: No type specified for device address"
    case .unknownAddressType(let type): "unsupported configuration: unknown address type '\(type)'"
    case .devicesExceedMemory: "XML error: Total size of memory devices exceeds the total memory size"
    case .noMemory: "XML error: Memory size must be specified via <memory> or in the <numa> configuration"
    case .maximumWithoutSlots: "XML error: both maximum memory size and memory slot count must be specified"
    case .slotsWithoutMaximum:
      "XML error: maximum memory size must be specified when specifying number of memory slots"
    case .maximumBelowMemory:
      "XML error: maximum memory size must be equal or greater than the actual memory size"
    case .pseriesRegionTooSmall:
      "XML error: minimum target size for the NVDIMM must be 256MB plus the label size"
    case .noEmptySlot: "internal error: failed to find an empty memory slot"
    case .noMaximum:
      "unsupported configuration: cannot use/hotplug a memory device when domain 'maxMemory' is not defined"
    case .noNodes:
      "unsupported configuration: At least one numa node has to be configured when enabling memory hotplug"
    case .tooManyDevices(let count, let slots):
      "unsupported configuration: memory device count '\(count)' exceeds slots count '\(slots)'"
    case .tooManyDIMMs(let count, let slots):
      "unsupported configuration: count of memory devices requiring memory slots '\(count)' exceeds slots count "
        + "'\(slots)'"
    case .neitherPCINorChannel(let model):
      "unsupported configuration: only 'pci' and 'ccw' addresses are supported for the \(model) device"
    case .notAPCIAddress(let model):
      "unsupported configuration: only 'pci' addresses are supported for the \(model) device"
    case .firmwareRequired: "unsupported configuration: ACPI requires UEFI on this architecture"
    case .nodeRequired: "unsupported configuration: target NUMA node needs to be specified for memory device"
    case .slotBeyondCount(let slot, let slots):
      "unsupported configuration: memory device slot '\(slot)' exceeds slots count '\(slots)'"
    case .slotUsed(let slot):
      "unsupported configuration: memory device slot '\(slot)' is already being used by another memory device"
    case .baseUsed(let base):
      "unsupported configuration: memory device base '0x\(String(base, radix: 16))' is already being used by another "
        + "memory device"
    case .overlap(let range, let other):
      "unsupported configuration: memory device address [0x\(String(range.lowerBound, radix: 16)):"
        + "0x\(String(range.upperBound, radix: 16))] overlaps with other memory device (0x\(String(other, radix: 16)))"
    case .addressNotPageAligned(let page):
      "unsupported configuration: memory address must be aligned to \(page) bytes"
    case .addressNotBlockAligned: "memory device address must be aligned to blocksize"
    case .noACPI(let machine): "unsupported configuration: machine type '\(machine)' does not support ACPI"
    case .noSuchMachine(let machine, let emulator):
      "unsupported configuration: Emulator '\(emulator)' does not support machine type '\(machine)'"
    case .notInEmulator(let device): "unsupported configuration: \(device) isn't supported by this QEMU binary"
    case .hugePagesOnDemand: "unsupported configuration: hugepages are not allowed with memory allocation ondemand"
    case .hugePagesAnonymous: "unsupported configuration: hugepages are not allowed with anonymous memory source"
    case .aliasTwice(let name): "unsupported configuration: non unique alias detected: \(name)"
    case .hugePagesIntersect(let size, let other):
      "nodeset attribute of hugepages of sizes \(size) and \(other) intersect"
    case .hugePagesTwice(let size, let other): "two master hugepages detected: \(size) and \(other)"
    case .hugePagesOfNoNode(let node): "hugepages: node \(node) not found"
    case .noNodeForBackend(let node, let nodes):
      "unsupported configuration: \(Self.noSuchNode(node, nodes: nodes))"
    case .noHugePageFileSystem:
      "internal error: hugetlbfs filesystem is not mounted or disabled by administrator config"
    case .noHugePagesOfSize(let size): "internal error: Unable to find any usable hugetlbfs mount for \(size) KiB"
    case .noRoom: "unsupported configuration: memory device total size exceeds hotplug space"
    case .backendWithoutNodes: "can't add memory backend as guest has no NUMA nodes configured"
    case .noSuchNode(let node, let nodes):
      "can't add memory backend for guest node '\(node)' as the guest has only '\(nodes)' NUMA nodes configured"
    case .pathRequired(let model): "path is required for model '\(model)'"
    case .discard(let what): "unsupported configuration: discard is not supported for \(what)"
    case .labelRequired: "unsupported configuration: label size is required for NVDIMM device"
    case .uuidNotSupported: "unsupported configuration: UUID is not supported for NVDIMM device"
    case .notShared: "unsupported configuration: shared access mode required for virtio-pmem device"
    case .requestBeyondSize(let size): "requested size must be smaller than or equal to @size (\(size)KiB)"
    case .blockNotPowerOfTwo: "block size must be a power of two"
    case .blockTooSmall(let least): "block size too small, must be at least \(least)KiB"
    case .requestNotMultiple: "requested size must be an integer multiple of block size"
    case .virtioNode: "unsupported configuration: virtio-pmem does not support NUMA nodes"
    }
  }
}
