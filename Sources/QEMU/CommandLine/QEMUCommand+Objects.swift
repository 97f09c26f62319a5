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
    if list["qom-type"] == "help" || list["qom-type"] == "?" { throw .help }
    // Of a type that there is not QEMU has no help.
    if list.namesHelp, let type = list["qom-type"], Self.isObjectType(type, release) { throw .help }
    if let id = list.id { objectIDs.insert(id) }
    try add(objectOf: list.dictionary, .options, at: option.location)
  }

  mutating func add(
    objectOf properties: QEMUDictionary, _ syntax: QEMUValueReader.Syntax, at location: QEMULocation
  ) throws(QEMUStop) {
    do throws(QEMUStop) { objects.append(try object(of: properties, syntax, at: location)) } catch {
      guard release.has(.objectsAreOptions), case .complaint(let complaint, _) = error else { throw error }
      var object = Object(location: location, id: properties["id"]?.text ?? "", backend: nil)
      object.fault = complaint
      objects.append(object)
    }
  }

  private func object(
    of properties: QEMUDictionary, _ syntax: QEMUValueReader.Syntax, at location: QEMULocation
  ) throws(QEMUStop) -> Object {
    try location.blamed { () throws(QEMUComplaint) -> Object in
      var reader = QEMUValueReader(properties, syntax)
      reader.refusesHexadecimalUnits = release.has(.hexadecimalWithoutUnit) && dialect == .qemu
      let type = try reader.required(reader.text("qom-type"), "qom-type")
      if release.has(.objectsAreOptions) { _ = try reader.required(reader.text("id"), "id") }
      guard BackendOption.types(in: dialect, release).contains(type) else {
        guard dialect == .qemu, Self.isObjectType(type, release) else {
          throw release.has(.objectsAreOptions) ? .noObjectType(type) : .notAccepted(parameter: "qom-type", value: type)
        }
        return Object(location: location, id: try reader.text("id") ?? "", backend: nil)
      }
      let backend = try BackendOption(type: type, &reader, release)
      if dialect == .emulate, let other = properties.keysInOrder.first(where: { !DialectKeys.object.contains($0) }) {
        throw syntax == .options ? .invalidParameter(other) : .unexpectedParameter(other)
      }
      return Object(location: location, id: backend.backend.id, backend: backend)
    }
  }

  private static func isObjectType(_ type: String, _ release: QEMURelease) -> Bool {
    BackendOption.types(in: .qemu, release).contains(type) || otherObjects.contains(type)
  }

  /// The types of objects that are passed over. Source: QEMU `qapi/qom.json`, `ObjectType`, until 10.2.
  private static let otherObjects = Set(
    """
    acpi-generic-initiator acpi-generic-port arm-rme authz-list authz-listfile authz-pam authz-simple can-bus
    can-host-socketcan can-host-virtio colo-compare cryptodev-backend cryptodev-backend-builtin
    cryptodev-backend-lkcf cryptodev-vhost-user dbus-vmstate filter-buffer filter-dump filter-mirror
    filter-redirector filter-replay filter-rewriter input-barrier input-linux iommufd iothread main-loop
    memory-backend-epc pef-guest pr-manager-helper qtest rng-builtin rng-egd rng-random s390-pv-guest
    secret secret_keyring sev-guest sev-snp-guest tdx-guest thread-context throttle-group tls-creds-anon tls-creds-psk
    tls-creds-x509 tls-cipher-suites vhost-user-blk-server x-remote-object x-vfio-user-server
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  // MARK: -device

  mutating func readDevice(_ option: Option) throws(QEMUStop) {
    if option.value.hasPrefix("{") {
      devices.append(Device(location: option.location, properties: try json(option), isJSON: true))
      return
    }
    let list = try list(option, "driver", list: "device")
    try add(device: list, at: option.location)
  }

  mutating func add(device list: OptionList, at location: QEMULocation) throws(QEMUStop) {
    try location.blamed { () throws(QEMUComplaint) in
      let ids = devices.filter { !$0.isJSON }.compactMap { $0.properties["id"]?.text }
      if let id = list.id, ids.contains(id) { throw .duplicateID(id, list: "device") }
    }
    // It comes once all options are read.
    if ["help", "?"].contains(list["driver"]) || list.namesHelp && list["driver"] != nil { asksForDeviceHelp = true }
    devices.append(Device(location: location, properties: list.dictionary, isJSON: false))
  }

  func json(_ option: Option) throws(QEMUStop) -> QEMUDictionary {
    do throws(JSONError) { return try QEMUDictionary(json: option.value) } catch {
      throw .complaint(.malformedJSON(error), at: option.location)
    }
  }
}
