import Basics

extension MachineStartup {
  /// Creates the objects that are not memory backends, before the machine is set up.
  func makeOtherObjects() throws(QEMUStop) {
    if command.asksForObjectHelp { throw .help }
    for object in command.objects where !object.isBackend {
      if let fault = object.fault { throw .complaint(fault, at: object.location) }
    }
  }

  /// Creates every backend, which opens, creates and extends files.
  mutating func makeBackends() throws(QEMUStop) {
    for object in command.objects {
      if let fault = object.fault { throw .complaint(fault, at: object.location) }
      guard let option = object.backend else { continue }
      try (isStrict || release.has(.objectsAreOptions) ? object.location : .nowhere).adding { () throws(QEMUStop) in
        try make(option, at: object.location, hotplugged: false)
      }
    }
  }

  /// Creates one backend; `location` is that of the option, which QEMU no longer names at this point.
  mutating func make(_ option: BackendOption, at location: QEMULocation, hotplugged: Bool) throws(QEMUStop) {
    try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in
      guard option.backend.id.isQEMUIdentifier else { throw .expected(parameter: "id", "an identifier") }
      try setProperties(of: option)
      guard backend(at: option.backend.id) == nil else { throw .duplicateObject(option.backend.id) }
    }
    let index = prediction.backends.count
    do throws(QEMUStop) {
      try allocate(option, at: location, hotplugged: hotplugged)
      try bind(option)
    } catch {
      // An incomplete backend does not exist, but the change of its file remains.
      if hotplugged, prediction.backends.count > index { prediction.backends[index].isDeleted = true }
      throw error
    }
  }

  /// Sets property after property, as QEMU does, and complains about the first that is not accepted.
  private func setProperties(of option: BackendOption) throws(QEMUComplaint) {
    let backend = option.backend
    let isPreallocated = backend.isPreallocated || command.preallocatesMemory
    for key in option.order {
      try option.checkValue(of: key)
      switch key {
      case "reserve", "prealloc":
        let others = option.order.prefix { $0 != key }
        let isConflict = isPreallocated && !backend.reservesSwap
        let isSecond = others.contains(key == "reserve" ? "prealloc" : "reserve") || command.preallocatesMemory
        if isConflict, isSecond { throw .preallocatedWithoutReservation }
      default: break
      }
    }
  }

  private mutating func allocate(
    _ option: BackendOption, at location: QEMULocation, hotplugged: Bool
  ) throws(QEMUStop) {
    let backend = option.backend
    guard case .file(let path) = backend.storage else {
      prediction.backends.append(
        .init(option: option, location: location, request: nil, state: nil, isHotplugged: hotplugged))
      try checkMemoryFile(option)
      try checkAddresses(option)
      return
    }
    try checkROM(option)
    var request = BackendRequest(option, path: path)
    request.id = nameOfMemory(option)
    var host = hostPath(path)
    var state = backend.isReadOnly ? host.forReading : host.forWriting
    if path.hasSuffix("/") { state = state.asFolder }
    var outcome = BackendPrediction()
    // These faults do not depend on the size.
    let isSizeKnown = backend.size != nil
    if !isSizeKnown { request.size = rules.pageSize(in: host.fileSystem) }
    do throws(StartRefusal) {
      try rules.createBackend(request, state, in: host.fileSystem, &outcome)
    } catch {
      prediction.warnings += outcome.warnings
      var refused = MachinePrediction.Backend(
        option: option, location: location, request: request, state: state, fileSystem: host.fileSystem)
      // QEMU removes a file that it has just created if it cannot create the backend, except if only the size is wrong,
      // which it finds later. A file that existed before keeps its new length.
      switch (error, outcome.change) {
      case (.sizeNotPageMultiple, _), (_, .extended): refused.change = outcome.change
      default: break
      }
      refused.isHotplugged = hotplugged
      prediction.backends.append(refused)
      prediction.blamed = backend.id
      throw complain(.start(error))
    }
    if !isSizeKnown {
      request.size = 0
      outcome.change = .none
    }
    prediction.warnings += outcome.warnings
    prediction.backends.append(
      .init(
        option: option, location: location, request: request, state: state, fileSystem: host.fileSystem,
        change: outcome.change, isHotplugged: hotplugged, identity: state.keepsData ? host.identity : nil))
    switch outcome.outcome {
    case .crashes: throw .crash(.oddAlignment(backend: backend.id))
    case .spins: throw .hang(path: path)
    case .unknown: throw .unknown("what stands at \(path)")
    case .starts, .refuses: break
    }
    guard isSizeKnown else { throw .unsaid(.size) }
    if isStrict { try checkStrictly(backend, state) }
    if let size = outcome.change.sizeAfter {
      (host.forWriting, host.forReading) = (.file(size: size), .file(size: size))
      paths[host.identity] = host
    }
    if backend.isReadOnly, backend.isPreallocated || command.preallocatesMemory, option.rom != "off" {
      // QEMU reads each page before it writes to it, and handles a file that is too short.
      guard state != .file(size: 0) else { throw complain(.preallocationFailed) }
      throw .crash(.preallocatedReadOnly(backend: backend.id))
    }
  }

  /// Returns the name of a file's memory in messages: on machines before 4.0 the path of the object.
  private func nameOfMemory(_ option: BackendOption) -> String {
    let id = option.backend.id
    return option.usesPathAsName ?? machine?.isBefore(4, 0) ?? false ? "/objects/\(id)" : id
  }

  /// Makes the checks of our own dialect for backends that QEMU would accept.
  private func checkStrictly(_ backend: MemoryBackend, _ state: BackendState) throws(QEMUStop) {
    guard case .file(let path) = backend.storage else { return }
    switch state {
    case .file(let stored) where stored != backend.size:
      throw .complaint(.strict(.sizeMismatch(stored: stored, expected: backend.size ?? 0)), at: .arguments([path]))
    case .file, .device, .daxDevice, .missing: break
    case .danglingLink, .directory, .unmappable, .zeroDevice, .nullDevice, .inaccessible, .other:
      throw complain(.strict(.notABackend(path: path)))
    }
    guard !backend.isReadOnly || !backend.isPreallocated else { throw complain(.strict(.readOnlyButPreallocated)) }
  }

  /// Checks a memory file. Its length is `size=`, which must be a multiple of the page size.
  private func checkMemoryFile(_ option: BackendOption) throws(QEMUStop) {
    guard option.memoryFile != nil else { return }
    guard option.memoryFile != .shm || option.backend.isShared else { throw complain(.unsharedMemoryFile) }
    if let size = option.hugePageSize, option.hasHugePages, !size.isPowerOfTwo { throw complain(.hugePageSize) }
    guard let size = option.backend.size, let mapped = size.alignedUp(to: rules.pageSize), mapped != size else {
      return
    }
    let isTold = rules.length == .shorterIsTooSmall
    throw complain(
      .start(
        isTold
          ? .backendTooShortFor(id: nameOfMemory(option), length: size, size: mapped, offset: 0)
          : .backendTooShort(length: size, size: mapped)))
  }

  /// Refuses sizes for which no process on any host has enough addresses.
  private func checkAddresses(_ option: BackendOption) throws(QEMUStop) {
    guard !isStrict, let size = option.backend.size, size >= SizingRules.addressSpace else { return }
    guard option.memoryFile != nil else { throw complain(.noGuestMemory(option.backend.id)) }
    throw complain(size > UInt64(Int64.max) ? .memoryFileTooLarge(size) : .noMapping)
  }

  /// Checks `rom=` against `readonly=`. (since 8.2)
  private func checkROM(_ option: BackendOption) throws(QEMUStop) {
    let backend = option.backend
    switch (option.rom, backend.isReadOnly) {
    case ("on"?, false): throw complain(.readOnlyMemory(rom: "on", readOnly: "off", share: nil))
    case ("off"?, true) where backend.isShared:
      throw complain(.readOnlyMemory(rom: "off", readOnly: "on", share: "on"))
    default: break
    }
  }

  private func bind(_ option: BackendOption) throws(QEMUStop) {
    switch (option.hostNodes.isEmpty, option.policy == "default") {
    case (false, true): throw complain(.hostNodesWithoutPolicy)
    case (true, false): throw complain(.policyWithoutHostNodes(option.policy))
    case (true, true): break
    // Whether the host has the nodes is not checked.
    case (false, false): break
    }
  }

  /// Finds the backend that is the RAM of the machine, if there is one.
  mutating func resolveMachineBackend() throws(QEMUStop) {
    guard let id = machineBackend else { return }
    guard let backend = backend(at: id) else { throw complain(.noMemoryBackend(id)) }
    machineBackend = backend.option.backend.id
    if !isRAMSizeGiven { ram = backend.option.backend.size ?? ram }
  }

  /// Returns the backend that `path` names: an id, or a path in QEMU's object tree.
  func backend(at path: String) -> MachinePrediction.Backend? {
    guard let id = Self.id(path) else { return nil }
    return prediction.backends.first { $0.option.backend.id == id && !$0.isDeleted }
  }

  /// Returns the id that `path` names: an id, or a path in QEMU's object tree; `nil` if it names no object.
  package static func id(_ path: String) -> String? {
    // Repeated slashes count as one; trailing ones are ignored.
    let parts = path.split(separator: "/")
    guard let id = parts.last, parts.count == 1 && !path.hasPrefix("/") || parts.count == 2 && parts[0] == "objects"
    else { return nil }
    return String(id)
  }
}

extension BackendState {
  /// Whether two backends at one path share their data.
  fileprivate var keepsData: Bool {
    switch self {
    case .file, .device, .daxDevice, .missing: true
    default: false
    }
  }
}

extension BackendRequest {
  package init(_ option: BackendOption, path: String) {
    let backend = option.backend
    self.init(id: backend.id, path: path, size: backend.size ?? 0, alignment: backend.alignment ?? 0)
    isReadOnly = backend.isReadOnly
    offset = option.offset
  }
}

extension BackendPrediction.Change {
  /// The length of the file after the change; `nil` if there is no change, or no file.
  package var sizeAfter: UInt64? {
    switch self {
    case .created(let size), .extended(_, let size), .truncated(_, let size): size
    case .none, .volatile: nil
    }
  }
}
