/// What QEMU does in some releases and not in others, where that is more than an option: a row for each, with its source.
package enum QEMUFeature: CaseIterable, Sendable {
  /// `-object` is a list of options, whose properties are set one after the other when the object's turn comes; what is
  /// wrong is told with the option. (`qom/object_interfaces.c`, `user_creatable_add_opts`)
  case objectsAreOptions
  /// Backends are made before the machine's properties are set. (`vl.c`, `object_create_initial`)
  case backendsBeforeMachine
  /// What is wrong with `-m` is told with the option, before anything else about the machine. (`set_memory_options`)
  case memoryIsOption
  /// `-m` has both of `slots=` and `maxmem=`, or neither. (`set_memory_options`)
  case slotsNeedMaximum
  /// A device is realized before the machine looks at it. (`hw/i386/pc.c`, `pc_dimm_plug`)
  case realizesFirst
  /// A device gets its address before its slot, and before that it is realized. (`hw/mem/pc-dimm.c`, `pc_dimm_plug`)
  case addressBeforeSlot
  /// What is taken is looked at before the room that is left. (`hw/mem/pc-dimm.c`, `pc_dimm_get_free_addr`)
  case conflictsBeforeRoom
  /// A memory backend that is taken is found before the node is looked at. (`hw/mem/pc-dimm.c`, `pc_dimm_realize`)
  case busyBeforeNode
  /// A memory backend that is taken is found as soon as `memdev=` is set. (`hw/mem/pc-dimm.c`)
  case busyWhenSet
  /// `-device` is a list of options, whose properties are set as they stand, each read as a text; there is no JSON.
  /// (`qdev-monitor.c`, `qdev_device_add`)
  case devicesAreOptions
  /// The arguments of QMP's `device_add` have types; before, each was a text. (`qdev-monitor.c`, `qmp_device_add`)
  case typedHotplug
  /// A file gets its length before QEMU falls over an alignment that is no power of two. (`exec.c`, `file_ram_alloc`)
  case lengthBeforeAlignment
  /// `share=` is a property of every backend, not of files alone. (`backends/hostmem.c`)
  case everyBackendShares
  /// A hexadecimal size has no unit, nor is one implied. (`util/cutils.c`, `do_strtosz`)
  case hexadecimalWithoutUnit
  /// A size is read as a real number, which rounds large ones. (`util/cutils.c`, `do_strtosz`)
  case sizesAreReal
  /// The size of a device is looked at before its address. (`hw/mem/memory-device.c`, `memory_device_pre_plug`)
  case sizeBeforeAddress
  /// All the memory of a 32-bit processor must be within its reach, on machines since 8.2; and one with PAE has 36 bits
  /// of address. (`hw/i386/pc.c`, `pc_max_used_gpa`; `target/i386/cpu.c`)
  case processorsOf32Bits
  /// `phys-bits=` has no upper bound. (by asking 11.1)
  case addressBitsWithoutBound
  /// TCG has 40 bits of address, and no others. (`target/i386/cpu.c`)
  case fixedAddressBits

  // Words.
  /// What is wrong with a group of a configuration file is told with its first line, and of what is malformed there the
  /// last line is that the file cannot be read. (`util/qemu-config.c`, `qemu_config_parse`)
  case configurationBlamesHeader
  /// What is wrong with the file itself is told with the option that names it. (`util/qemu-config.c`,
  /// `qemu_config_foreach`)
  case configurationBlamesOption
  /// A machine that there is not is told with the option. (`vl.c`, `select_machine`)
  case machineTypeWithOption
  /// `Insufficient permission to perform this operation`. (`qom/object.c`, `object_property_set`)
  case permissionInsufficient
  /// `Size specified by -m option must match size of explicitly specified 'memory-backend' property`. (`vl.c`)
  case sizeMustMatchBackend
  /// A choice that there is not is an `Invalid parameter`. (`qapi/qapi-util.c`, `qapi_enum_parse`)
  case choiceIsParameter
  /// What is wrong with JSON is told with its line and column, as soon as it comes. (by asking 11.1)
  case placesJSON
  /// `Cannot delete host memory backend 'm' which is mapped`. (`backends/hostmem.c`)
  case mappedBackend
  /// `Invalid qdev ID 'x'`, of an id in JSON. (`qdev-monitor.c`, `qdev_set_id`)
  case deviceIDsAreChecked
  /// The file is named in `backing store ... size`. (`exec.c`)
  case namesShortFile
  /// A message about the backing store whose name is lost. (`exec.c`)
  case losesShortFile
  /// `Property '.x' not found`. (`qom/object.c`)
  case propertiesWithoutType
  /// A truth value is told by its type. (`qapi/string-input-visitor.c`)
  case booleansByType
  /// `invalid slot# 9, should be less than 8`. (`hw/mem/pc-dimm.c`)
  case slotsLessThan
  /// `in use of total hot pluggable`. (`hw/mem/memory-device.c`)
  case hotPluggable
  /// `can't add memory [...] at ...`, `conflicts with 'id'`. (`hw/mem/memory-device.c`)
  case memoryAt
  /// `'unarmed' property must be off`. (`hw/mem/nvdimm.c`)
  case unarmedOff

  package var releases: ReleaseRange {
    switch self {
    case .objectsAreOptions: .before(6, 0)
    case .backendsBeforeMachine: .before(2, 8)
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
    case .unarmedOff: .before(7, 2)
    }
  }
}

extension QEMURelease {
  package func has(_ feature: QEMUFeature) -> Bool { feature.releases.contains(self) }
}
