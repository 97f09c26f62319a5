import Basics

extension QEMUCommand {
  /// Reads a file that `-readconfig` names. Source: QEMU 7.2 `util/qemu-config.c`, `qemu_config_foreach`.
  mutating func readConfiguration(_ option: Option, _ readFile: FileReader) throws(QEMUStop) {
    let path = option.value
    let isOld = release.has(.configurationBlamesHeader)
    func unreadable(_ reason: String) -> QEMUStop {
      .complaint(.cannotOpenConfiguration(path, reason: reason, release), at: option.location)
    }
    switch readFile(path) {
    case .success(let text):
      do throws(QEMUStop) { try readGroups(of: text, path, option) } catch {
        guard isOld, case .complaint = error else { throw error }
        throw unreadable("Invalid argument")
      }
    case .failure(let error): throw unreadable(isOld && error.isFolder ? "Invalid argument" : error.reason)
    }
  }

  private mutating func readGroups(of text: String, _ path: String, _ option: Option) throws(QEMUStop) {
    /// Returns the location that a message about `line` names: the line itself or, in some releases, the option.
    func place(_ line: QEMULocation) -> QEMULocation {
      release.has(.configurationBlamesOption) ? option.location : line
    }
    var group: (name: String, id: String?, options: [OptionList.Option])?
    var location = option.location
    // Split by bytes: as a `Character`, a carriage return and a newline are one.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    for (index, line) in lines.enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      if let header = ConfigurationLine.header(line) {
        if let group { try add(group: group.name, id: group.id, group.options, at: location, or: place(location)) }
        group = (header.group, header.id, [])
        if release.has(.configurationBlamesHeader) { location = .file(path: path, line: index + 1) }
        continue
      }
      if !release.has(.configurationBlamesHeader) { location = .file(path: path, line: index + 1) }
      guard let (key, value) = ConfigurationLine.assignment(line) else {
        throw .complaint(.configurationSyntax, at: place(location))
      }
      guard group != nil else { throw .complaint(.noGroupDefined, at: place(location)) }
      group?.options.append(OptionList.Option(key: key, value: value))
    }
    if let group { try add(group: group.name, id: group.id, group.options, at: location, or: place(location)) }
  }

  /// Adds a group that ends at `location`. Messages about the group as an option name `place`.
  private mutating func add(
    group name: String, id: String?, _ options: [OptionList.Option], at location: QEMULocation,
    or place: QEMULocation
  ) throws(QEMUStop) {
    let id = options.last { $0.key == "id" }?.value ?? id
    let list = OptionList(id: id, options.filter { $0.key != "id" })
    if let id { namedOptions.insert("\(name).\(id)") }
    switch name {
    case "machine":
      var properties = QEMUDictionary()
      for option in options { properties[option.key] = .text(option.value) }
      try place.blamed { () throws(QEMUComplaint) in try machine.merge(properties) }
      machineLocation = machineLocation ?? location
    case "object":
      if release.has(.objectsAreOptions), let id {
        guard id.isQEMUIdentifier, objectIDs.insert(id).inserted else { throw .complaint(.noGroupDefined, at: place) }
      }
      try add(objectOf: list.dictionary, release.has(.objectsAreOptions) ? .options : .keyval, at: location)
    case "device":
      try place.blamed { () throws(QEMUComplaint) in
        guard id?.isQEMUIdentifier ?? true else { throw .expected(parameter: "id", "an identifier") }
      }
      try add(device: list, at: location, or: place)
    case "memory":
      try place.blamed { () throws(QEMUComplaint) in
        guard list.id == nil || memoryHasID else { throw .invalidParameter("id") }
        for item in list.options { try checkMemory(item) }
      }
      memory += list.options
    case "numa": nodes.append(Options(location: location, list: list))
    case "drive": addImage(list, at: location)
    case "accel": accelerators.append(list["accel"] ?? "")
    case "global": try add(global: list, at: location)
    case _ where !Self.otherGroups.contains(name): throw .complaint(.noGroup(name), at: place)
    default: break
    }
  }

  /// The groups of options that do not concern memory.
  static let otherGroups = Set(
    """
    acpi action add-fd boot-opts chardev cpudef drive fsdev fw_cfg icount iscsi mon msg name net netdev nic option-rom
    overcommit plugin realtime rtc sandbox semihosting-config smbios smp-opts spice tpmdev trace virtfs vnc
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}

/// One line of a QEMU configuration file.
enum ConfigurationLine {
  /// Returns the group that `[group]` or `[group "id"]` begins. Text after it is ignored, as by `sscanf`.
  static func header(_ line: Substring) -> (group: String, id: String?)? {
    guard line.hasPrefix("[") else { return nil }
    let text = line.dropFirst()
    let word = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    let rest = text[word.endIndex...].drop { $0.isWhitespace }
    let id = rest.dropFirst().prefix { $0 != "\"" }
    if rest.hasPrefix("\""), !id.isEmpty { return (String(word), String(id)) }
    let group = text.prefix { $0 != "]" }
    // Without a bracket, the newline becomes part of the group's name.
    return group.isEmpty ? nil : (String(group) + (text.contains("]") ? "" : "\n"), nil)
  }

  /// Returns the key and the value of `key = "value"`. Anything else after the first word is an empty value to QEMU.
  /// `nil` if there is no word.
  static func assignment(_ line: Substring) -> (key: String, value: String)? {
    let text = line.trimmingBlanks
    let word = text.prefix { !$0.isWhitespace }
    guard !word.isEmpty else { return nil }
    let key = String(decoding: word.utf8.prefix(63), as: UTF8.self)
    var rest = text[word.endIndex...].trimmingBlanks
    guard word.utf8.count < 64, rest.hasPrefix("=") else { return (key, "") }
    rest = rest.dropFirst().trimmingBlanks
    guard rest.hasPrefix("\"") else { return (key, "") }
    return (key, String(rest.dropFirst().prefix { $0 != "\"" }))
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
