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
  /// Properties of a device are set as they stand on the command line. (`qdev-monitor.c`, `qdev_device_add`)
  case devicePropertiesInOrder
  /// A file gets its length before QEMU falls over an alignment that is no power of two. (`exec.c`, `file_ram_alloc`)
  case lengthBeforeAlignment
  /// `share=` is a property of every backend, not of files alone. (`backends/hostmem.c`)
  case everyBackendShares
  /// A hexadecimal size has no unit, nor is one implied. (`util/cutils.c`, `do_strtosz`)
  case hexadecimalWithoutUnit

  // Words.
  /// The file is named in `backing store ... size`. (`exec.c`)
  case namesShortFile
  /// The same where the name is lost. (`exec.c`)
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
    case .devicePropertiesInOrder: .before(6, 2)
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
