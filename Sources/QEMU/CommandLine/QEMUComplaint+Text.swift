package import Basics

extension QEMUComplaint: CustomStringConvertible {
  /// QEMU's message, without the name of the program and without the location of the option.
  package var description: String {
    switch self {
    case .invalidOption: "invalid option"
    case .requiresArgument: "requires an argument"
    case .expectedEqualsSign(let name): "Expected '=' after parameter '\(name)'"
    case .invalidParameter(let name): "Invalid parameter '\(name)'"
    case .parameterTooLong(let name, let isWhole): "Parameter\(isWhole ? "" : " fragment") '\(name)' is too long"
    case .usedInconsistently(let name): "Parameters '\(name)' used inconsistently"
    case .malformedJSON(let error): error.description
    case .noGroup(let group): "There is no option group '\(group)'"
    case .malformedSetting(let value): "can't parse: \"\(value)\""
    case .noSettings(let group): "-set is not supported with \(group)"
    case .noGroupDefined: "no group defined"
    case .configurationSyntax: "parse error"
    case .cannotOpenConfiguration(let path, let reason, let release) where release.has(.configurationBlamesHeader):
      "read config \(path): \(reason)"
    // Opening a folder succeeds; reading it fails.
    case .cannotOpenConfiguration(_, "Is a directory", _): "Cannot read config file: Is a directory"
    case .cannotOpenConfiguration(let path, let reason, _): "Could not open '\(path)': \(reason)"
    case .missingParameter(let name): "Parameter '\(name)' is missing"
    case .unexpectedParameter(let name): "Parameter '\(name)' is unexpected"
    case .expected(let name, let what): "Parameter '\(name)' expects \(what)"
    case .expectedType(let name, let type): "Invalid parameter type for '\(name)', expected: \(type)"
    case .notAccepted(let name, let value): "Parameter '\(name)' does not accept value '\(value)'"
    case .outOfRange(let name, let value): "Value '\(value)' is out of range for parameter '\(name)'"
    case .tooLarge(let name, let value): "Value '\(value)' is too large for parameter '\(name)'"
    case .duplicateID(let id, let list): "Duplicate ID '\(id)' for \(list)"
    case .duplicateObject(let id): "attempt to add duplicate property '\(id)' to object (type 'container')"
    case .duplicateDevice(let id): "Duplicate device ID '\(id)'"
    case .noDeviceMemoryEnabled:
      "memory devices (e.g. for memory hotplug) are not enabled, please specify the maxmem option"
    case .notDefined(let id, let group): "there is no \(group) \"\(id)\" defined"
    case .noACPI: "memory hotplug is not enabled: missing acpi device or acpi disabled"
    case .noEventDevice: "memory hotplug is not enabled: missing acpi-ged device"
    case .notADeviceModel(let name): "'\(name)' is not a valid device model name"
    case .noMemoryHotplug: "memory hotplug is not enabled: PIIX4_PM.memory-hotplug-support is not set"
    case .notEnabled(let option): "nvdimm is not enabled: \(option)"
    case .noNVDIMMHotplug: "NVDIMM hotplug not supported for this machine"
    case .dimmNotBlocks: "Hotplugged memory size must be a multiple of 256 MB"
    case .emptyNode(let node): "Memory-less/cpu-less nodes are not supported (node \(node))"
    case .noTransactions: "No Transactional Memory support in TCG"
    case .nvdimmOff: "nvdimm device found but 'nvdimm=off' was set"
    case .uuidRequired: "NVDIMM device requires the uuid to be set"
    case .noObjectType(let type): "invalid object type: \(type)"
    case .memoryOptionMissing(let key): "invalid -m option value: missing '\(key)' option"
    case .maximumWithoutSlots:
      "invalid value of -m option: maxmem was specified, but no hotplug slots were specified"
    case .memoryOption(let error):
      error.description.replacing("invalid value of maxmem", with: "invalid value of -m option maxmem")
    case .notSet(let property): "'\(property)' property is not set"
    case .noMemoryDevice: "'memdev' property must be set"
    case .deviceNotFound(let id): "Device '\(id)' not found"
    case .mustBeUnarmed(let id, let release) where release.has(.unarmedOff):
      "'unarmed' property must be off since memdev \(id) is read-only"
    case .mustBeUnarmed(let id, _): "'unarmed' property must be 'on' since memdev \(id) is read-only"
    case .invalidValue(let property): "Property '\(property)' has invalid value"
    case .nodeTooLarge(let node, let nodes):
      "'DIMM property node has value \(node)' which exceeds the number of numa nodes: \(nodes)"
    case .busyMemoryDevice(let id): "can't use already busy memdev: \(id)"
    case .invalidDeviceID(let id): "Invalid qdev ID '\(id)'"
    case .busNotFound(let bus): "Bus '\(bus)' not found"
    case .start(let refusal): refusal.description
    case .file(let refusal): refusal.description
    case .strict(let refusal): refusal.text.fact
    case .unsupportedMachine(let type, let release) where release >= QEMURelease(9, 1):
      "unsupported machine type: \"\(type)\""
    case .unsupportedMachine: "unsupported machine type"
    case .noEncryptionObject(let id): "No such memory encryption object '\(id)'"
    case .addressBitsOf32BitProcessor: "phys-bits is not user-configurable in 32 bit"
    case .addressBits(let bits, let release) where release.has(.addressBitsWithoutBound):
      "phys-bits should be at least 32 (but is \(bits))"
    // Two blanks, as in QEMU.
    case .addressBits(let bits, _): "phys-bits should be between 32 and 52  (but is \(bits))"
    case .addressBitsFixed: "TCG only supports phys-bits=40"
    case .noMachine: "No machine specified, and there is no default"
    case .propertyNotFound(let owner, let name): "Property '\(owner).\(name)' not found"
    case .propertyNotWritable(let owner, let name): "Property '\(owner).\(name)' is not writable"
    case .permissionDenied: "Insufficient permission to perform this operation"
    case .globalNotApplied(let global, let reason): "can't apply global \(global): \(reason)"
    case .globalIncomplete: "options 'driver', 'property', and 'value' are required"
    case .unsupportedPersistence(let value): "-machine nvdimm-persistence=\(value): unsupported option"
    case .lowRAMLimit(let bytes): "Machine option 'max-ram-below-4g=\(bytes)' expects size less than or equal to 4G"
    case .memoryPathWithBackend: "'-mem-path' can't be used together with'-machine memory-backend'"
    case .noMemoryBackend(let id): "Memory backend '\(id)' not found"
    case .memoryBackendSize(let release) where release.has(.sizeMustMatchBackend):
      "Size specified by -m option must match size of explicitly specified 'memory-backend' property"
    case .memoryBackendSize: "Machine memory size does not match the size of the memory backend"
    case .backendUsedTwice(let id): "memory backend \(id) can't be used multiple times."
    case .noDeviceMemory(let machine): "\"-memory 'slots|maxmem'\" is not supported by: \(machine)"
    case .addressLimit(let maximum, let used, let bits):
      "Address space limit \(maximum.hex) < \(used.hex) phys-bits too low (\(bits))"
    case .tooMuchMemory(let bytes): "unsupported amount of maximum memory: \(bytes.hex)"
    case .duplicateNode(let node): "Duplicate NUMA nodeid: \(node)"
    case .tooManyNodes(let node): "Max number of NUMA nodes reached: \(node)"
    case .missingNode(let node): "numa: Node ID missing: \(node)"
    case .nodeMemory(let total, let ram):
      "total memory for NUMA nodes (\(total.hex)) should equal RAM size (\(ram.hex))"
    case .nodeMemoryMixed: "numa configuration should use either mem= or memdev=,mixing both is not allowed"
    case .nodeMemoryUnsupported: "Parameter -numa node,mem is not supported by this machine type"
    case .nodeOfDistance(let parameter): "Parameter '\(parameter)' expects an integer between 0 and 127"
    case .distanceNode:
      "Source/Destination NUMA node is missing. Please use '-numa node' option to declare it first."
    case .distanceTooSmall(let distance): "NUMA distance (\(distance)) is invalid, it shouldn't be less than 10."
    case .localDistance(let node): "Local distance of node \(node) should be 10."
    case .distanceMissing(let source, let destination):
      "The distance between node \(source) and \(destination) is missing, at least one distance value between each nodes "
        + "should be provided."
    case .noNodeOfProcessor: "Missing mandatory node-id property"
    case .undefinedNode(let node):
      "Invalid node-id=\(node), NUMA node must be defined with -numa node,nodeid=ID before it's used with -numa "
        + "cpu,node-id=ID"
    case .noMemoryAttributes:
      "ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, enable it with -machine hmat=on before using any "
        + "of hmat specific options"
    case .noInitiator(let node):
      "The initiator of NUMA node \(node) is missing, use '-numa node,initiator' option to declare it"
    case .ambiguousMemoryDevice(let id): "memdev=\(id) is ambiguous"
    case .processorIndex(let index, let limit): "CPU index (\(index)) should be smaller than maxcpus (\(limit))"
    case .backendAndNodes: "'-machine memory-backend' and '-numa memdev' properties are mutually exclusive"
    case .noGuestMemory(let id): "cannot set up guest memory '\(id)': Cannot allocate memory"
    case .noMapping: "unable to map backing store for guest RAM: Cannot allocate memory"
    case .memoryFileTooLarge(let size): "failed to resize memfd to \(size): Invalid argument"
    case .hostNode(let node): "Invalid host-nodes value: \(node)"
    case .hugePageSize: "Hugepage size must be a power of 2"
    case .unsharedMemoryFile: "can't create shm backend with `share=off`"
    case .preallocatedWithoutReservation: "'prealloc=on' and 'reserve=off' are incompatible"
    case .preallocationFailed: "qemu_prealloc_mem: preallocating memory failed: Bad address"
    case .notTaken(let property, let type): "property '\(property)' of \(type) doesn't take value '0'"
    case .propertyTakesNot(let owner, let name, let value): "Property '\(owner).\(name)' doesn't take value '\(value)'"
    case .hostNodesWithoutPolicy:
      "host-nodes must be empty for policy default, or you should explicitly specify a policy other than default"
    case .policyWithoutHostNodes(let policy): "host-nodes must be set for policy \(policy)"
    case .readOnlyMemory(let rom, let readOnly, nil):
      "property 'rom' = '\(rom)' is not supported with 'readonly' = '\(readOnly)'"
    case .readOnlyMemory(let rom, let readOnly, let share?):
      "property 'rom' = '\(rom)' is incompatible with 'readonly' = '\(readOnly)' and 'share' = '\(share)'"
    case .objectNotFound(let id): "object '\(id)' not found"
    case .mappedBackend(let id): "Cannot delete host memory backend '\(id)' which is mapped"
    case .objectInUse(let id): "object '\(id)' is in use, can not be deleted"
    case .noUnplug: "nvdimm device hot unplug is not supported yet."
    case .noVirtioUnplug(let release) where release < QEMURelease(5, 1): "virtio pmem device unplug not supported."
    case .noVirtioUnplug(let release) where release < QEMURelease(8, 2):
      "virtio based memory devices cannot be unplugged."
    case .noVirtioUnplug: "this virtio based memory devices cannot be unplugged"
    case .addressInUse(let address, let type, let id, let release):
      "PCI: slot \(address.slot) function \(address.function) not available for virtio-pmem-pci, in use by \(type)"
        + (release.has(.namesPCIUser) ? ",id=\(id ?? "(null)")" : "")
    case .powerMemory(let what, let size): "\(what) size \(size.hex) is not aligned to 256 MiB"
    case .noHotplug(let bus): "Bus '\(bus)' does not support hotplugging"
    }
  }
}

extension QEMUComplaint {
  /// The remedy, if it can be stated briefly.
  package var remedy: Hint? {
    switch self {
    case .expectedEqualsSign(let name): .options("\(name)=on")
    case .notEnabled: .options("-machine nvdimm=on")
    case .mustBeUnarmed: .options("unarmed=on")
    default: nil
    }
  }
}
