/// A behavior that only some releases of QEMU have and that is more than an option. One row for each, with its source.
package enum QEMUFeature: CaseIterable, Sendable {
  /// `-object` is a list of options, whose properties are set one after the other when the object is created; faults
  /// are reported at the option. (`qom/object_interfaces.c`, `user_creatable_add_opts`)
  case objectsAreOptions
  /// Backends are created before the machine's properties are set. (`vl.c`, `object_create_initial`)
  case backendsBeforeMachine
  /// The images of disks are opened before the machine's properties are set, not after the backends are created.
  /// (`vl.c`, `configure_blockdev`)
  case imagesBeforeMachine
  /// `-append` and `-initrd` without `-kernel` are refused before the machine is chosen. (`vl.c`,
  /// `qemu_validate_options`)
  case kernelOptionsFirst
  /// Faults of `-m` are reported at the option, before anything else about the machine. (`set_memory_options`)
  case memoryIsOption
  /// `-m` must have both `slots=` and `maxmem=`, or neither. (`set_memory_options`)
  case slotsNeedMaximum
  /// A device is realized before the machine checks it. (`hw/i386/pc.c`, `pc_dimm_plug`)
  case realizesFirst
  /// A device is realized first, then gets its address, then its slot. (`hw/mem/pc-dimm.c`, `pc_dimm_plug`)
  case addressBeforeSlot
  /// Conflicts are checked before the remaining room. (`hw/mem/pc-dimm.c`, `pc_dimm_get_free_addr`)
  case conflictsBeforeRoom
  /// A memory backend in use is detected before the node is checked. (`hw/mem/pc-dimm.c`, `pc_dimm_realize`)
  case busyBeforeNode
  /// A memory backend in use is detected as soon as `memdev=` is set. (`hw/mem/pc-dimm.c`)
  case busyWhenSet
  /// `-device` is a list of options, whose properties are set in the order given, each read as text; JSON is not
  /// accepted. (`qdev-monitor.c`, `qdev_device_add`)
  case devicesAreOptions
  /// The arguments of QMP's `device_add` have types; before, each was text. (`qdev-monitor.c`, `qmp_device_add`)
  case typedHotplug
  /// A file gets its length before QEMU crashes on an alignment that is not a power of two. (`exec.c`,
  /// `file_ram_alloc`)
  case lengthBeforeAlignment
  /// `share=` is a property of every backend, not only of files. (`backends/hostmem.c`)
  case everyBackendShares
  /// A hexadecimal size has no unit, neither given nor implied. (`util/cutils.c`, `do_strtosz`)
  case hexadecimalWithoutUnit
  /// A size is read as a real number, which rounds large ones. (`util/cutils.c`, `do_strtosz`)
  case sizesAreReal
  /// The size of a device is checked before its address. (`hw/mem/memory-device.c`, `memory_device_pre_plug`)
  case sizeBeforeAddress
  /// On machines since 8.2 all the memory of a 32-bit processor must be addressable, and a processor with PAE has 36
  /// address bits. (`hw/i386/pc.c`, `pc_max_used_gpa`; `target/i386/cpu.c`)
  case processorsOf32Bits
  /// `phys-bits=` has no upper bound. (observed in 11.1)
  case addressBitsWithoutBound
  /// TCG always has 40 address bits. (`target/i386/cpu.c`)
  case fixedAddressBits

  // Wording.
  /// Faults of a group of a configuration file are reported at its first line; after a syntax error the last message
  /// says that the file cannot be read. (`util/qemu-config.c`, `qemu_config_parse`)
  case configurationBlamesHeader
  /// Faults of the file itself are reported at the option that names it. (`util/qemu-config.c`, `qemu_config_foreach`)
  case configurationBlamesOption
  /// An unknown machine is reported at the option. (`vl.c`, `select_machine`)
  case machineTypeWithOption
  /// `Insufficient permission to perform this operation`. (`qom/object.c`, `object_property_set`)
  case permissionInsufficient
  /// `Size specified by -m option must match size of explicitly specified 'memory-backend' property`. (`vl.c`)
  case sizeMustMatchBackend
  /// An unknown choice is an `Invalid parameter`. (`qapi/qapi-util.c`, `qapi_enum_parse`)
  case choiceIsParameter
  /// Faults of JSON are reported at once, with line and column. (observed in 11.1)
  case placesJSON
  /// `Cannot delete host memory backend 'm' which is mapped`. (`backends/hostmem.c`)
  case mappedBackend
  /// `Invalid qdev ID 'x'`, for an id in JSON. (`qdev-monitor.c`, `qdev_set_id`)
  case deviceIDsAreChecked
  /// `backing store ... size` names the file. (`exec.c`)
  case namesShortFile
  /// The message about the backing store lacks the name. (`exec.c`)
  case losesShortFile
  /// `Property '.x' not found`. (`qom/object.c`)
  case propertiesWithoutType
  /// The complaint about a boolean names its type. (`qapi/string-input-visitor.c`)
  case booleansByType
  /// `invalid slot# 9, should be less than 8`. (`hw/mem/pc-dimm.c`)
  case slotsLessThan
  /// `in use of total hot pluggable`. (`hw/mem/memory-device.c`)
  case hotPluggable
  /// `can't add memory [...] at ...`, `conflicts with 'id'`. (`hw/mem/memory-device.c`)
  case memoryAt
  /// The device at a PCI address is named with its id. (observed in 5.2 and 7.2)
  case namesPCIUser
  /// `'unarmed' property must be off`. (`hw/mem/nvdimm.c`)
  case unarmedOff

  package var releases: ReleaseRange {
    switch self {
    case .objectsAreOptions: .before(6, 0)
    case .backendsBeforeMachine: .before(2, 8)
    case .imagesBeforeMachine: .since(4, 0)
    case .kernelOptionsFirst: .since(6, 0)
    case .memoryIsOption: .before(7, 1)
    case .slotsNeedMaximum, .realizesFirst, .conflictsBeforeRoom: .before(3, 0)
    case .addressBeforeSlot: .before(3, 1)
    case .busyBeforeNode: .since(2, 10).before(6, 2)
    case .busyWhenSet: .before(2, 10)
    case .devicesAreOptions: .before(6, 2)
    case .typedHotplug: .since(9, 2)
    case .sizesAreReal: .before(6, 0)
    case .configurationBlamesOption: .since(9, 0)
    case .sizeBeforeAddress, .processorsOf32Bits: .since(8, 2)
    case .fixedAddressBits: .before(7, 1)
    case .configurationBlamesHeader, .machineTypeWithOption, .permissionInsufficient, .sizeMustMatchBackend,
      .choiceIsParameter:
      .before(6, 0)
    case .mappedBackend, .deviceIDsAreChecked, .placesJSON, .addressBitsWithoutBound: .since(11, 0)
    case .lengthBeforeAlignment: .before(3, 0)
    case .everyBackendShares: .since(2, 12)
    case .hexadecimalWithoutUnit: .since(8, 0)
    case .namesShortFile: .before(2, 10)
    case .losesShortFile: .since(2, 10).before(5, 0)
    case .propertiesWithoutType, .booleansByType: .before(5, 2)
    case .slotsLessThan: .before(4, 1)
    case .hotPluggable: .before(3, 1)
    case .memoryAt: .before(3, 1)
    case .namesPCIUser: .since(7, 2)
    case .unarmedOff: .before(7, 2)
    }
  }
}

extension QEMURelease {
  package func has(_ feature: QEMUFeature) -> Bool { feature.releases.contains(self) }
}
