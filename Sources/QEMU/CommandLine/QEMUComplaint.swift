package import Basics

/// A complaint of QEMU about its options, with the values that occur in its message.
package enum QEMUComplaint: Error, Hashable, Sendable {
  // The command line as a whole.
  case invalidOption
  case requiresArgument
  // Syntax.
  case expectedEqualsSign(after: String)
  case invalidParameter(String)
  case parameterTooLong(String, isWhole: Bool)
  case usedInconsistently(String)
  case malformedJSON(JSONError)
  case noGroup(String)
  case malformedSetting(String)
  case noSettings(group: String)
  case noGroupDefined
  case configurationSyntax
  case cannotOpenConfiguration(String, reason: String, QEMURelease)
  // One parameter.
  case missingParameter(String)
  /// `-m` has one of `slots=` and `maxmem=`, but not this one.
  case memoryOptionMissing(String)
  case maximumWithoutSlots
  /// A conflict between the values of `-m`, reported at the option.
  case memoryOption(MemoryDeviceError)
  case notSet(property: String)
  case unexpectedParameter(String)
  case expected(parameter: String, String)
  case expectedType(parameter: String, String)
  case notAccepted(parameter: String, value: String)
  case outOfRange(parameter: String, value: String)
  case tooLarge(parameter: String, value: String)
  // Ids and types.
  case duplicateID(String, list: String)
  case duplicateObject(String)
  case duplicateDevice(String)
  case noObjectType(String)
  /// The id belongs to nothing that `-set` can change.
  case notDefined(String, group: String)
  // The machine.
  case unsupportedMachine(String, QEMURelease)
  case noMachine
  case noEncryptionObject(String)
  case addressBitsOf32BitProcessor
  case addressBits(UInt64, QEMURelease)
  case addressBitsFixed
  case propertyNotFound(owner: String, String)
  case propertyNotWritable(owner: String, String)
  case permissionDenied
  /// A `-global` that cannot be applied, and the reason.
  case globalNotApplied(String, String)
  case globalIncomplete
  case unsupportedPersistence(String)
  case memoryPathWithBackend
  case lowRAMLimit(UInt64)
  case noMemoryBackend(String)
  case memoryBackendSize(QEMURelease)
  case backendUsedTwice(String)
  case noDeviceMemory(machine: String)
  case addressLimit(maximum: UInt64, used: UInt64, bits: Int)
  case tooMuchMemory(UInt64)
  /// A size in bytes that is no multiple of the unit of POWER's memory, and what it is the size of.
  case powerMemory(String, UInt64)
  // NUMA.
  case duplicateNode(UInt64)
  case tooManyNodes(UInt64)
  case missingNode(Int)
  case nodeMemory(total: UInt64, ram: UInt64)
  case nodeMemoryMixed
  case nodeMemoryUnsupported
  case nodeOfDistance(parameter: String)
  case distanceNode
  case distanceTooSmall(UInt8)
  case localDistance(UInt16)
  case distanceMissing(UInt64, UInt64)
  case noNodeOfProcessor
  case undefinedNode(Int64)
  case noMemoryAttributes
  case noInitiator(node: UInt64)
  case ambiguousMemoryDevice(String)
  case processorIndex(UInt64, limit: Int)
  case backendAndNodes
  // Backends.
  case preallocatedWithoutReservation
  case unsharedMemoryFile
  case hugePageSize
  case noGuestMemory(String)
  case noMapping
  case memoryFileTooLarge(UInt64)
  case notTaken(property: String, type: String)
  case propertyTakesNot(owner: String, String, value: String)
  /// The backend's memory ends before the backend does.
  case preallocationFailed
  case hostNodesWithoutPolicy
  case hostNode(UInt16)
  case policyWithoutHostNodes(String)
  case readOnlyMemory(rom: String, readOnly: String, share: String?)
  // Devices.
  case noDeviceMemoryEnabled
  case noACPI
  case noEventDevice
  case notADeviceModel(String)
  case noMemoryHotplug
  case notEnabled(machineOption: String)
  /// NVDIMMs are off on POWER, where they are on by default.
  case nvdimmOff
  /// pseries: a machine older than 5.0.
  case noNVDIMMHotplug
  /// pseries: a DIMM does not consist of blocks of 256 MiB.
  case dimmNotBlocks
  /// pseries: a node has neither memory nor processors.
  case emptyNode(UInt64)
  /// pseries: `cap-htm=on`, the default of machines before 2.12, in emulation.
  case noTransactions
  case uuidRequired
  case noMemoryDevice
  case deviceNotFound(String)
  case mustBeUnarmed(String, QEMURelease)
  case invalidValue(property: String)
  case nodeTooLarge(UInt32, nodes: Int)
  case busyMemoryDevice(String)
  case busNotFound(String)
  case invalidDeviceID(String)
  // The monitor.
  case objectNotFound(String)
  case objectInUse(String)
  case mappedBackend(String)
  case noUnplug
  case noVirtioUnplug(QEMURelease)
  case noHotplug(bus: String)
  /// Another device, of the type and with the id that follow, is at the address on the PCI bus.
  case addressInUse(PCIAddress, by: String, id: String?, QEMURelease)
  /// A fault of a file other than a memory backend.
  case file(FileRefusal)
  /// A refusal of our own dialect that QEMU does not make.
  case strict(StrictRefusal)
  /// A fault of a backend or of the layout of its device.
  case start(StartRefusal)
}

extension QEMUComplaint {
  /// Whether the complaint is about a word that another release, or a modified QEMU, may know.
  package var isAboutRelease: Bool {
    switch self {
    case .invalidOption, .invalidParameter, .notAccepted, .noObjectType, .unsupportedMachine, .propertyNotFound,
      .propertyNotWritable, .globalNotApplied, .unsupportedPersistence, .notTaken, .notADeviceModel, .busNotFound,
      .permissionDenied:
      true
    case .requiresArgument, .expectedEqualsSign, .parameterTooLong, .usedInconsistently, .malformedJSON, .noGroup,
      .malformedSetting, .noSettings, .noGroupDefined, .configurationSyntax, .cannotOpenConfiguration,
      .missingParameter, .memoryOptionMissing, .maximumWithoutSlots, .memoryOption, .notSet, .unexpectedParameter,
      .expected, .expectedType, .outOfRange, .tooLarge, .duplicateID,
      .duplicateObject, .duplicateDevice, .notDefined, .noMachine, .noEncryptionObject, .addressBitsOf32BitProcessor,
      .addressBits,
      .addressBitsFixed, .nodeOfDistance, .distanceNode, .distanceTooSmall, .localDistance, .distanceMissing,
      .noNodeOfProcessor,
      .undefinedNode, .noMemoryAttributes, .noInitiator, .hugePageSize, .hostNode, .noGuestMemory,
      .noMapping, .memoryFileTooLarge,
      .propertyTakesNot, .globalIncomplete, .memoryPathWithBackend,
      .lowRAMLimit, .noMemoryBackend, .memoryBackendSize, .backendUsedTwice, .noDeviceMemory, .addressLimit,
      .invalidDeviceID,
      .tooMuchMemory, .duplicateNode, .tooManyNodes, .missingNode, .nodeMemory, .nodeMemoryMixed,
      .nodeMemoryUnsupported, .ambiguousMemoryDevice, .processorIndex, .backendAndNodes,
      .preallocatedWithoutReservation, .unsharedMemoryFile, .preallocationFailed, .hostNodesWithoutPolicy,
      .policyWithoutHostNodes,
      .readOnlyMemory, .noDeviceMemoryEnabled, .noACPI, .noEventDevice, .noMemoryHotplug, .notEnabled, .nvdimmOff,
      .noNVDIMMHotplug, .dimmNotBlocks, .emptyNode, .noTransactions,
      .uuidRequired,
      .noMemoryDevice, .deviceNotFound, .mustBeUnarmed, .invalidValue, .nodeTooLarge, .busyMemoryDevice,
      .objectNotFound, .objectInUse, .mappedBackend, .noUnplug, .noVirtioUnplug, .noHotplug, .addressInUse,
      .powerMemory, .file, .strict,
      .start:
      false
    }
  }
}
