import Basics

extension QEMUCommand {
  // MARK: -object

  mutating func readObject(_ option: Option) throws(QEMUStop) {
    if option.value.hasPrefix("{"), !release.has(.objectsAreOptions) {
      let properties = try json(option)
      try add(objectOf: properties, .json, at: option.location)
      return
    }
    let list = try list(option, "qom-type", list: "object")
    try option.location.blamed { () throws(QEMUComplaint) in
      if let id = list.id, objectIDs.contains(id) { throw .duplicateID(id, list: "object") }
    }
    if list["qom-type"] == "help" || list["qom-type"] == "?" {
      try answerObjectHelp()
      return
    }
    // QEMU has no help for a type that does not exist.
    if list.namesHelp, let type = list["qom-type"],
      BackendOption.types(in: .qemu, release).contains(type) || OtherType.objects(type)?.contains(release) ?? false
    {
      try answerObjectHelp()
      return
    }
    if let id = list.id { objectIDs.insert(id) }
    try add(objectOf: list.dictionary, .options, at: option.location)
  }

  /// Answers a request for help. Before 6.0 QEMU prints help after it has chosen the machine.
  private mutating func answerObjectHelp() throws(QEMUStop) {
    guard release.has(.objectsAreOptions) else { throw .help }
    asksForObjectHelp = true
  }

  mutating func add(
    objectOf properties: QEMUDictionary, _ syntax: QEMUValueReader.Syntax, at location: QEMULocation
  ) throws(QEMUStop) {
    do throws(QEMUStop) {
      var object = try object(of: properties, syntax, at: location)
      (object.properties, object.isJSON) = (properties, syntax == .json)
      objects.append(object)
    } catch {
      guard release.has(.objectsAreOptions), case .complaint(let complaint, _) = error else { throw error }
      var object = Object(location: location, id: properties["id"]?.text ?? "", backend: nil)
      object.fault = complaint
      object.isBackend = properties["qom-type"]?.text?.hasPrefix("memory-backend-") ?? false
      objects.append(object)
    }
  }

  private mutating func object(
    of properties: QEMUDictionary, _ syntax: QEMUValueReader.Syntax, at location: QEMULocation
  ) throws(QEMUStop) -> Object {
    try location.blamed { () throws(QEMUComplaint) -> Object in
      var reader = QEMUValueReader(properties, syntax)
      if dialect == .qemu { reader.obey(release) }
      let type = try reader.required(reader.text("qom-type"), "qom-type")
      if release.has(.objectsAreOptions) { _ = try reader.required(reader.text("id"), "id") }
      guard BackendOption.types(in: dialect, release).contains(type) else {
        guard dialect == .qemu, isOther(type) else {
          throw release.has(.objectsAreOptions) ? .noObjectType(type) : .notAccepted(parameter: "qom-type", value: type)
        }
        return Object(location: location, id: try reader.text("id") ?? "", backend: nil)
      }
      if release.has(.objectsAreOptions), syntax == .options {
        try BackendOption.checkInOrder(type: type, properties, release)
      }
      let backend = try BackendOption(type: type, &reader, release)
      if dialect == .emulate, let other = properties.keysInOrder.first(where: { !DialectKeys.object.contains($0) }) {
        throw syntax == .options ? .invalidParameter(other) : .unexpectedParameter(other)
      }
      return Object(location: location, id: backend.backend.id, backend: backend)
    }
  }

  /// Returns whether an object of `type` is ignored. Notes a type that no known release has.
  private mutating func isOther(_ type: String) -> Bool {
    guard BackendOption.MemoryFile(rawValue: type) == nil else { return false }
    if let releases = OtherType.objects(type) { return releases.contains(release) }
    guard type.isTypeName else { return false }
    undescribed.append("the object '\(type)'")
    return true
  }

  // MARK: -device

  mutating func readDevice(_ option: Option) throws(QEMUStop) {
    if option.value.hasPrefix("{"), !release.has(.devicesAreOptions) {
      devices.append(Device(location: option.location, properties: try json(option), isJSON: true))
      return
    }
    let list = try list(option, "driver", list: "device")
    try add(device: list, at: option.location)
  }

  /// Adds a device that is described at `location`. Messages about the device as an option name `place`.
  mutating func add(
    device list: OptionList, at location: QEMULocation, or place: QEMULocation? = nil
  ) throws(QEMUStop) {
    try (place ?? location).blamed { () throws(QEMUComplaint) in
      let ids = devices.filter { !$0.isJSON }.compactMap { $0.properties["id"]?.text }
      if let id = list.id, ids.contains(id) { throw .duplicateID(id, list: "device") }
    }
    // QEMU prints this help after it has read all options.
    if ["help", "?"].contains(list["driver"]) || list.namesHelp && list["driver"] != nil { asksForDeviceHelp = true }
    devices.append(Device(location: location, properties: list.dictionary, isJSON: false))
  }

  func json(_ option: Option) throws(QEMUStop) -> QEMUDictionary {
    do throws(JSONError) { return try QEMUDictionary(json: option.value) } catch {
      let placed = dialect == .qemu && release.has(.placesJSON) ? JSONFault(in: option.value)?.error : nil
      throw .complaint(.malformedJSON(placed ?? error), at: option.location)
    }
  }
}

extension String {
  /// Whether a QEMU type may have this name: letters, digits and a few other characters.
  var isTypeName: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.,+:".unicodeScalars.contains($0))
      }
  }
}
