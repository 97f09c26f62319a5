import Basics

extension QEMUCommand {
  /// One option with its value, which is empty if the option has none.
  struct Option {
    let name: String
    let value: String
    let location: QEMULocation
  }

  /// Returns the options in `arguments`. An argument that does not begin with a dash is a disk image. An option that no
  /// table lists is skipped with the word that follows it.
  mutating func options(_ arguments: [String]) throws(QEMUStop) -> [Option] {
    var options: [Option] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.utf8.first == UInt8(ascii: "-") else {
        if dialect == .qemu { addImage(named: argument, at: .arguments([argument])) }
        continue
      }
      let name = String(argument.dropFirst(argument.hasPrefix("--") ? 2 : 1))
      let known = QEMUOption.find(name)
      if known == nil, dialect == .qemu {
        undescribed.append("the option '\(argument)'")
        if rest.first?.hasPrefix("-") == false { rest.removeFirst() }
        continue
      }
      guard let known, dialect == .emulate || known.releases.contains(release) else {
        throw .complaint(.invalidOption, at: .arguments([argument]))
      }
      guard known.takesArgument else {
        options.append(Option(name: name, value: "", location: .arguments([argument])))
        continue
      }
      guard let value = rest.popFirst() else { throw .complaint(.requiresArgument, at: .arguments([argument])) }
      options.append(Option(name: name, value: value, location: .arguments([argument, value])))
    }
    return options
  }

  typealias FileReader = (String) -> Result<String, ConfigurationFileError>

  mutating func read(_ option: Option, _ readFile: FileReader) throws(QEMUStop) {
    switch dialect {
    case .qemu: noteName(of: option)
    case .emulate: locations[option.name] = option.location
    }
    if option.name == "smp" { countsProcessors = true }
    switch option.name {
    case "machine", "M": try readMachine(option)
    case "smp" where release >= QEMURelease(6, 2): try readProperty("smp", option, impliedKey: "cpus")
    case "boot" where release >= QEMURelease(7, 1): try readProperty("boot", option, impliedKey: "order")
    case "smp": try readGroup(option, "cpus", ["cpus", "sockets", "dies", "cores", "threads", "maxcpus"], [])
    case "boot":
      try readGroup(
        option, "order", ["splash-time", "reboot-timeout"], ["menu", "strict"], ["order", "once", "splash"])
    case "m": try readMemory(option)
    case "numa": try nodes.append(Options(location: option.location, list: list(option, "type", list: "numa")))
    case "object": try readObject(option)
    case "device": try readDevice(option)
    case "nvdimm": try readShortForm(option)
    case "set": try setProperty(option)
    case "global": try readGlobal(option)
    case "readconfig": try readConfiguration(option, readFile)
    case "accel": accelerators.append(OptionList(parsing: option.value, impliedKey: "accel")["accel"] ?? "")
    case "enable-kvm": accelerators.append("kvm")
    case "cpu": processorModel = option.value
    case "bios": (loadsFirmware, firmware) = (true, option.value)
    case "pflash":
      (loadsFirmware, hasFlash) = (true, true)
      addImage(named: option.value, at: option.location)
    case "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "sd", "mtdblock":
      addImage(named: option.value, at: option.location)
    case "drive":
      let list = OptionList(parsing: option.value, impliedKey: "file")
      if list["if"] == "pflash" { (loadsFirmware, hasFlash) = (true, true) }
      addImage(list, at: option.location)
    case "blockdev": addBlockDevice(option)
    case "mem-path": memoryPath = option.value
    case "mem-prealloc": preallocatesMemory = true
    case "kernel", "initrd", "append", "dtb": machine[option.name] = .text(option.value)
    case "no-acpi" where release >= QEMURelease(5, 0): machine["acpi"] = .text("off")
    case "no-acpi": disablesACPI = true
    case "no-hpet" where release >= QEMURelease(5, 2): machine["hpet"] = .text("off")
    case "nographic": machine["graphics"] = .text("off")
    case "usb", "usbdevice": machine["usb"] = .text("on")
    case "h", "help", "version": throw .help
    default: break
    }
  }

  private mutating func readMachine(_ option: Option) throws(QEMUStop) {
    machineLocation = machineLocation ?? option.location
    // Up to 6.0 a machine's properties are options of the older syntax, in which a bare `nvdimm` is a flag.
    guard release >= QEMURelease(6, 1) else {
      let list = OptionList(parsing: option.value, impliedKey: "type")
      if list.asksForHelp || list["type"] == "help" { throw .help }
      for property in list.options {
        if let former = machine[property.key] { formerMachineValues.append((property.key, former)) }
        machine[property.key] = .text(property.value)
      }
      return
    }
    let asksForHelp = try option.location.blamed { () throws(QEMUComplaint) in
      // QEMU's own documentation has this form, although QEMU itself refuses it since 6.1.
      try machine.merge(keyval: option.value, impliedKey: "type", flags: dialect == .emulate ? ["nvdimm"] : [])
    }
    if asksForHelp { throw .help }
  }

  private mutating func readProperty(_ name: String, _ option: Option, impliedKey: String) throws(QEMUStop) {
    var properties = QEMUDictionary()
    let asksForHelp = try option.location.blamed { () throws(QEMUComplaint) in
      try properties.merge(keyval: option.value, impliedKey: impliedKey)
    }
    if asksForHelp { throw .help }
    var wrapped = QEMUDictionary()
    wrapped[name] = properties.value
    try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in try machine.merge(wrapped) }
  }

  /// Reads a group of options that does not concern memory; only names, numbers and booleans are checked.
  private mutating func readGroup(
    _ option: Option, _ impliedKey: String, _ numbers: [String], _ booleans: [String], _ texts: [String] = []
  ) throws(QEMUStop) {
    let list = try list(option, impliedKey, list: option.name, answersHelp: true)
    try option.location.blamed { () throws(QEMUComplaint) in
      for item in list.options {
        switch item.key {
        case _ where numbers.contains(item.key):
          guard CInteger.unsigned(item.value) != nil else { throw .expected(parameter: item.key, "a number") }
        case _ where booleans.contains(item.key):
          guard ["on", "off", "yes", "no", "true", "false", "y", "n"].contains(item.value) else {
            throw .expected(parameter: item.key, "'on' or 'off'")
          }
        case _ where texts.contains(item.key): break
        default: throw .invalidParameter(item.key)
        }
      }
    }
  }

  /// Returns the list of `option` in the older syntax. If `answersHelp`, a request for help stops QEMU.
  mutating func list(
    _ option: Option, _ impliedKey: String?, list name: String, answersHelp: Bool = false
  ) throws(QEMUStop) -> OptionList {
    let list = OptionList(parsing: option.value, impliedKey: impliedKey)
    if let id = list.id {
      try option.location.blamed { () throws(QEMUComplaint) in
        guard id.isQEMUIdentifier else { throw .expected(parameter: "id", "an identifier") }
      }
    }
    if list.asksForHelp, answersHelp { throw .help }
    if release >= QEMURelease(6, 0) {
      warnings += list.flags.map { option.location.prefix + "warning: short-form boolean option '\($0)' deprecated" }
    }
    return list
  }

  // MARK: -m

  /// Adds one `-m` to the list that all `-m` share. A value that is not a size or a number is reported at once.
  private mutating func readMemory(_ option: Option) throws(QEMUStop) {
    let list = OptionList(parsing: option.value, impliedKey: "size")
    if list.asksForHelp { throw .help }
    try option.location.blamed { () throws(QEMUComplaint) in
      guard list.id == nil || memoryHasID else { throw .invalidParameter("id") }
      for item in list.options { try checkMemory(item) }
    }
    if memory.isEmpty, memoryLocation == .nowhere { memoryLocation = option.location }
    memory += list.options
  }

  /// Whether `-m` takes an `id`. Before 6.0 it is an option list like any other.
  var memoryHasID: Bool { release.has(.objectsAreOptions) }

  func checkMemory(_ item: OptionList.Option) throws(QEMUComplaint) {
    switch item.key {
    case "size", "maxmem":
      do throws(QEMUSize.Failure) { _ = try QEMUSize.parse(item.value, release.sizeRules) } catch {
        guard error == .malformed else { throw .outOfRange(parameter: item.key, value: item.value) }
        throw .expected(parameter: item.key, "a non-negative number below 2^64")
      }
    case "slots":
      guard CInteger.unsigned(item.value) == nil else { return }
      // A leading zero makes it octal.
      let digits: ClosedRange<UInt8> = item.value.hasPrefix("0") ? 48...55 : 48...57
      let isNumber = !item.value.isEmpty && item.value.utf8.allSatisfy { digits.contains($0) }
      guard !isNumber else { throw .tooLarge(parameter: item.key, value: item.value) }
      throw .expected(parameter: item.key, "a number")
    default: throw .invalidParameter(item.key)
    }
  }

  /// Turns the values of `-m` into a property of the machine. A size without a unit is in MiB.
  mutating func settleMemory() throws(QEMUComplaint) {
    func last(_ key: String) -> String? { memory.last { $0.key == key }?.value }
    var properties = QEMUDictionary()
    if let size = last("size"), QEMUSize.bytes(size) != 0 {
      let hasUnit = !(size.utf8.last.map { (48...57).contains($0) } ?? false)
      properties["size"] = .text(hasUnit ? size : size + "M")
    }
    properties["max-size"] = last("maxmem").map { .text($0) }
    properties["slots"] = last("slots").map { .text($0) }
    var wrapped = QEMUDictionary()
    wrapped["memory"] = properties.value
    try machine.merge(wrapped)
  }
}

extension String {
  /// Whether the text consists of letters, digits, '-', '.' and '_', and begins with a letter. Source: QEMU
  /// `util/id.c`.
  var isQEMUIdentifier: Bool {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard let first = utf8.first, letters.contains(first & 0xdf) else { return false }
    return utf8.allSatisfy { letters.contains($0 & 0xdf) || "0123456789-._".utf8.contains($0) }
  }
}
