import Basics

extension MachineStartup {
  /// Runs `commands` on the running machine, one after the other, and notes the answer to each.
  package mutating func hotplug(_ commands: [HotplugCommand]) {
    guard prediction.stop == nil else { return }
    defer { noteRoom() }
    for command in commands {
      do throws(QEMUStop) {
        try perform(command)
        prediction.answers.append(nil)
      } catch {
        guard case .complaint(let complaint, _) = error else {
          prediction.stop = error
          return
        }
        prediction.answers.append(complaint)
      }
    }
  }

  /// Runs `command` on the running machine. If it is refused, the prediction contains what it did before that.
  package mutating func perform(_ command: HotplugCommand) throws(QEMUStop) {
    switch command {
    case .addObject(let properties, let isJSON):
      var list = self.command
      (list.objects, list.undescribed) = ([], [])
      // Before 6.0 HMP adds options, which have ids of their own.
      if !isJSON, release.has(.objectsAreOptions), let id = properties["id"]?.text, self.command.objectIDs.contains(id)
      {
        throw complain(.duplicateID(id, list: "object"))
      }
      let texts: QEMUValueReader.Syntax = release.has(.objectsAreOptions) ? .options : .keyval
      try list.add(objectOf: properties, isJSON ? .json : texts, at: .nowhere)
      undescribed += list.undescribed
      for object in list.objects {
        if let fault = object.fault { throw complain(fault) }
        guard let option = object.backend else { continue }
        try make(option, at: .nowhere, hotplugged: true)
      }
    case .addDevice(let properties, let id, let isJSON):
      guard release >= QEMURelease(2, 8) else { throw .unknown("hotplug") }
      // Our own dialect accepts numbers as text, too.
      let isTyped = isJSON && release.has(.typedHotplug) && !isStrict
      if let id, !id.isQEMUIdentifier, !isTyped { throw complain(.expected(parameter: "id", "an identifier")) }
      if release.has(.devicesAreOptions), let id, deviceIDs.contains(id) {
        throw complain(.duplicateID(id, list: "device"))
      }
      try plug(
        QEMUCommand.Device(
          location: .nowhere, properties: isTyped || !isJSON ? properties : properties.asOptions, isJSON: isTyped),
        hotplugged: true)
    case .deleteObject(let id): try deleteObject(id)
    case .deleteDevice(let id): try deleteDevice(id)
    }
    try stopIfUndescribed()
  }

  /// Notes the identities of the files that the host has created in the meantime.
  package mutating func noteFilesMade() {
    for (index, backend) in prediction.backends.enumerated() {
      guard case .created = backend.change, case .file(let path) = backend.option.backend.storage else { continue }
      prediction.backends[index].change = .none
      prediction.backends[index].identity = identity(of: path)
    }
  }

  private mutating func deleteObject(_ id: String) throws(QEMUStop) {
    let index = prediction.backends.firstIndex { $0.option.backend.id == id && !$0.isDeleted }
    guard let index else { throw complain(.objectNotFound(id)) }
    guard !prediction.usedBackends.contains(id) else {
      throw complain(release.has(.mappedBackend) && !isStrict ? .mappedBackend(id) : .objectInUse(id))
    }
    prediction.backends[index].isDeleted = true
  }

  private func deleteDevice(_ id: String) throws(QEMUStop) {
    guard let device = prediction.devices.first(where: { $0.option.id == id }) else {
      throw deviceIDs.contains(id) ? .unknown("the removal of \(id)") : complain(.deviceNotFound(id))
    }
    switch device.option.kind {
    case .nvdimm: throw complain(.noUnplug)
    // The guest is asked to release the device; until it does, nothing changes.
    case .dimm: return
    case .persistentMemory:
      try checkHotplug(onBusOf: device.option)
      throw complain(.noVirtioUnplug(release))
    }
  }
}
