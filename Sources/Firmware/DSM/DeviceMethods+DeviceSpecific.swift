import Basics
import PersistentMemory

extension DeviceMethods {
  /// The functions of `_DSM` of an NVDIMM (NVDIMM DSM Interface 2.0, "_DSM Interface for the NVDIMM").
  enum Function: UInt32, CaseIterable {
    case query = 0
    case health = 1
    case healthThresholds = 2
    case labelSize = 4
    case labelRead = 5
    case labelWrite = 6
    case latchShutdown = 10
    case firmwareInformation = 12
    case startFirmwareUpdate = 13
    case sendFirmwareData = 14
    case finishFirmwareUpdate = 15
    case queryFirmwareUpdate = 16
    case setHealthThresholds = 17
    case injectHealth = 18
    case securityState = 19
    case setPassphrase = 20
    case disablePassphrase = 21
    case unlock = 22
    case freezeLock = 23
    case secureErase = 24
    case overwrite = 25
    case queryOverwrite = 26
    case setMasterPassphrase = 27
    case masterSecureErase = 28

    /// The revision of the interface that introduced the function.
    var revision: UInt32 {
      switch self {
      case .query, .health, .healthThresholds, .labelSize, .labelRead, .labelWrite, .latchShutdown: 1
      case .firmwareInformation, .startFirmwareUpdate, .sendFirmwareData, .finishFirmwareUpdate, .queryFirmwareUpdate,
        .setHealthThresholds, .injectHealth, .securityState, .setPassphrase, .disablePassphrase, .unlock,
        .freezeLock, .secureErase, .overwrite, .queryOverwrite, .setMasterPassphrase, .masterSecureErase:
        2
      }
    }

    /// Whether the function concerns labels.
    var isForLabels: Bool {
      switch self {
      case .labelSize, .labelRead, .labelWrite: true
      case .query, .health, .healthThresholds, .latchShutdown, .firmwareInformation, .startFirmwareUpdate,
        .sendFirmwareData, .finishFirmwareUpdate, .queryFirmwareUpdate, .setHealthThresholds, .injectHealth,
        .securityState, .setPassphrase, .disablePassphrase, .unlock, .freezeLock, .secureErase, .overwrite,
        .queryOverwrite, .setMasterPassphrase, .masterSecureErase:
        false
      }
    }
  }

  /// Returns the answer to a query: a bit for each function of `revision`, and bit 0 if there are any.
  static func functions(revision: UInt32, hasLabels: Bool) -> UInt32 {
    Function.allCases.filter { $0.revision == revision && (hasLabels || !$0.isForLabels) && $0 != .query }
      .reduce(0) { $0 | 1 | 1 << $1.rawValue }
  }

  /// Returns the result of `_DSM`: a bitmap for function 0, otherwise a status and the function's output.
  func deviceSpecific(_ handle: UInt32, function: UInt32, revision: UInt32, _ argument: [UInt8]) -> [UInt8] {
    guard function != Function.query.rawValue else {
      guard let device = try? device(handle) else { return Self.bytes(0) }
      return Self.bytes(Self.functions(revision: revision, hasLabels: device.labels != nil))
    }
    do throws(MethodRefusal) {
      let data = try run(function, handle, argument)
      return Self.bytes(try status(ofDone: function, handle)) + data
    } catch {
      return Self.bytes(error.status.deviceSpecific)
    }
  }

  /// The size of labels tells besides whether they are locked: without that, Linux shows the region without labels.
  /// Source: Linux `drivers/acpi/nfit/core.c`, `xlat_nvdimm_status`, `ND_CONFIG_LOCKED`.
  private func status(ofDone function: UInt32, _ handle: UInt32) throws(MethodRefusal) -> UInt32 {
    let isLocked = try device(handle).condition.value.security.isLocked
    return function == Function.labelSize.rawValue && isLocked ? 1 << 16 : MethodStatus.success.deviceSpecific
  }

  private func run(_ function: UInt32, _ handle: UInt32, _ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    let device = try device(handle)
    guard let name = Function(rawValue: function) else { throw MethodRefusal(.notSupported) }
    if let status = device.condition.failure(of: function) { throw MethodRefusal(.injected(status)) }
    switch name {
    // Handled above.
    case .query: return []
    case .health: return Self.healthData(device.condition.value.health)
    case .healthThresholds: return Self.thresholdData(device.condition.value.health.thresholds)
    case .labelSize:
      return Self.bytes(Self.reportedSize(try labels(of: handle)), UInt32(MethodWindow.transferLimit))
    case .labelRead:
      _ = try labels(of: handle)
      guard argument.count >= 8 else { throw MethodRefusal(.invalid) }
      return try read(
        handle, at: UInt64(argument.load(UInt32.self, at: 0)), length: UInt64(argument.load(UInt32.self, at: 4)))
    case .labelWrite:
      _ = try labels(of: handle)
      guard argument.count >= 8 else { throw MethodRefusal(.invalid) }
      try write(
        handle, at: UInt64(argument.load(UInt32.self, at: 0)), length: UInt64(argument.load(UInt32.self, at: 4)),
        argument[8...])
    case .latchShutdown:
      guard argument.count >= 1, argument[0] <= 1 else { throw MethodRefusal(.invalid) }
      let isLatched = argument[0] == 1
      try device.change { $0.isShutdownLatched = isLatched }
    case .firmwareInformation: return Self.firmwareData(device.condition.value.firmware)
    case .startFirmwareUpdate: return try Self.startUpdate(of: device)
    case .sendFirmwareData: try Self.sendUpdate(to: device, argument)
    case .finishFirmwareUpdate: try Self.finishUpdate(of: device, argument)
    case .queryFirmwareUpdate: return try Self.queryUpdate(of: device, argument)
    case .setHealthThresholds:
      guard let thresholds = Self.thresholds(argument) else { throw MethodRefusal(.invalid) }
      try changeHealth(of: device) { $0.thresholds = thresholds }
    case .injectHealth:
      guard let injection = HealthInjection(argument) else { throw MethodRefusal(.invalid) }
      try changeHealth(of: device) { injection.apply(to: &$0) }
    case .securityState: return Self.securityData(device.condition.value.security)
    case .setPassphrase:
      let (old, new) = try Self.passphrases(argument)
      try device.changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.set(from: old, to: new) }
    case .disablePassphrase:
      let passphrase = try Self.passphrase(argument)
      try device.changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.disable(passphrase) }
    case .unlock:
      let passphrase = try Self.passphrase(argument)
      try device.changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.unlock(passphrase) }
    case .freezeLock:
      try device.changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.freeze() }
    case .secureErase:
      let passphrase = try Self.passphrase(argument)
      try device.erase { (security) throws(DIMMSecurity.Refusal) in try security.erase(.region, passphrase) }
    case .masterSecureErase:
      let passphrase = try Self.passphrase(argument)
      try device.erase { (security) throws(DIMMSecurity.Refusal) in try security.erase(master: passphrase) }
    case .overwrite: try device.overwrite(try Self.passphrase(argument))
    case .queryOverwrite: try device.checkOverwrite()
    case .setMasterPassphrase:
      let (old, new) = try Self.passphrases(argument)
      try device.changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.setMaster(from: old, to: new)
      }
    }
    return []
  }

  /// Changes the health of `device`, and notifies the guest if it is different.
  private func changeHealth(
    of device: Device, _ body: @Sendable (inout DIMMHealth) -> Void
  ) throws(MethodRefusal) {
    let isNews = try device.change { condition in
      let before = condition.health
      body(&condition.health)
      return condition.health != before
    }
    if isNews { notify(.health(slot: device.description.slot)) }
  }

  static func bytes(_ numbers: UInt32...) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number) }
    return bytes
  }
}

extension DeviceMethods.Device {
  /// Changes its condition. Refused if the change cannot be kept.
  func change<Result: Sendable>(
    _ body: @Sendable (inout DIMMCondition) -> Result
  ) throws(MethodRefusal) -> Result {
    do throws(StorageFailure) { return try condition.change(body) } catch { throw MethodRefusal(MethodStatus(error)) }
  }
}
