import Basics

/// The condition of a DIMM, stored beside its backend in two copies. The newer copy that is intact counts.
///
/// A copy is a header, the ranges of media errors, hashes of passphrases and the revisions of the firmware, with one
/// checksum. A change overwrites the older copy, so that a crash leaves the other one intact.
public struct ConditionRecord: Sendable, Equatable {
  /// The generation; the copy with the higher generation is the newer one.
  package var generation: UInt64
  public package(set) var condition: DIMMCondition
  /// Whether a guest has the DIMM, or had it when its VMM or the host was killed.
  public package(set) var isInUse: Bool

  package init(generation: UInt64, condition: DIMMCondition, isInUse: Bool) {
    self.generation = generation
    self.condition = condition
    self.isInUse = isInUse
  }

  /// The condition that the next guest finds: one who had the DIMM when its power went left it unsafely.
  package var afterPowerOn: DIMMCondition {
    var condition = condition
    if isInUse { condition.health.shutDownUnsafely() } else { condition.health.isShutdownDirty = false }
    condition.isShutdownLatched = false
    condition.security.powerOn()
    condition.firmware.coldStart()
    return condition
  }

  /// Bytes from one copy to the next.
  package static let copySize = 0x1_1000
  package static let fileSize = 2 * copySize

  /// Where a record of `generation` lies in the file.
  package static func offset(generation: UInt64) -> Int { generation % 2 == 0 ? 0 : copySize }

  private static let magic = [UInt8]("VNVDIMM-DIMM-1\n\0".utf8)
  private static let checksum = Field<UInt32>("CRC-32 of the copy, this field zero", at: 16)
  private static let count = Field<UInt32>("number of ranges", at: 20)
  private static let generation = Field<UInt64>("generation", at: 24)
  private static let flags = Field<UInt32>("flags", at: 32)
  private static let shutdownCount = Field<UInt32>("dirty shutdowns", at: 36)
  private static let state = Field<UInt8>("health state", at: 40)
  private static let spares = Field<UInt8>("spares", at: 41)
  private static let used = Field<UInt8>("percentage used", at: 42)
  private static let injectedSpares = Field<UInt8>("injected spares", at: 43)
  private static let mediaTemperature = Field<UInt16>("media temperature", at: 44)
  private static let controllerTemperature = Field<UInt16>("controller temperature", at: 46)
  private static let injectedTemperature = Field<UInt16>("injected media temperature", at: 48)
  private static let watched = Field<UInt8>("alarm control", at: 50)
  private static let sparesThreshold = Field<UInt8>("spares threshold", at: 51)
  private static let mediaThreshold = Field<UInt16>("media temperature threshold", at: 52)
  private static let controllerThreshold = Field<UInt16>("controller temperature threshold", at: 54)
  private static let headerSize = 64
  private static let rangeSize = 16

  private struct Flags: OptionSet {
    let rawValue: UInt32
    static let inUse = Flags(rawValue: 1 << 0)
    static let latched = Flags(rawValue: 1 << 1)
    static let dirty = Flags(rawValue: 1 << 2)
    static let fatal = Flags(rawValue: 1 << 3)
    static let injectedSpares = Flags(rawValue: 1 << 4)
    static let injectedTemperature = Flags(rawValue: 1 << 5)
    static let passphrase = Flags(rawValue: 1 << 6)
    static let masterPassphrase = Flags(rawValue: 1 << 7)
    static let locked = Flags(rawValue: 1 << 8)
    static let frozen = Flags(rawValue: 1 << 9)
    static let erasingRegion = Flags(rawValue: 1 << 10)
    static let erasingEverything = Flags(rawValue: 1 << 11)
    /// The firmware is not that of a new DIMM.
    static let firmware = Flags(rawValue: 1 << 12)
  }

  /// Two numbers behind all the rest: the running revision of the firmware, and the staged one or 0.
  private static let firmwareSize = 16

  package var encoded: [UInt8] {
    let health = condition.health
    var flags = Flags()
    if isInUse { flags.insert(.inUse) }
    if condition.isShutdownLatched { flags.insert(.latched) }
    if health.isShutdownDirty { flags.insert(.dirty) }
    if health.injected.isFatal { flags.insert(.fatal) }
    if health.injected.spares != nil { flags.insert(.injectedSpares) }
    if health.injected.mediaTemperature != nil { flags.insert(.injectedTemperature) }
    let security = condition.security
    if security.user.secret != nil { flags.insert(.passphrase) }
    if security.master.secret != nil { flags.insert(.masterPassphrase) }
    if security.isLocked { flags.insert(.locked) }
    if security.isFrozen { flags.insert(.frozen) }
    switch security.erasure {
    case nil: break
    case .region?: flags.insert(.erasingRegion)
    case .everything?: flags.insert(.erasingEverything)
    }
    let firmware = DIMMFirmware(running: condition.firmware.running, staged: condition.firmware.staged)
    if firmware != DIMMFirmware() { flags.insert(.firmware) }

    var bytes = Self.magic + [UInt8](repeating: 0, count: Self.headerSize - Self.magic.count)
    bytes[Self.count] = UInt32(condition.errors.ranges.count)
    bytes[Self.generation] = generation
    bytes[Self.flags] = flags.rawValue
    bytes[Self.shutdownCount] = health.shutdownCount
    bytes[Self.state] = health.ownState.rawValue
    bytes[Self.spares] = health.ownSpares
    bytes[Self.used] = health.used
    bytes[Self.injectedSpares] = health.injected.spares ?? 0
    bytes[Self.mediaTemperature] = health.ownMediaTemperature.sixteenths
    bytes[Self.controllerTemperature] = health.controllerTemperature.sixteenths
    bytes[Self.injectedTemperature] = health.injected.mediaTemperature?.sixteenths ?? 0
    bytes[Self.watched] = health.thresholds.watched.rawValue
    bytes[Self.sparesThreshold] = health.thresholds.spares
    bytes[Self.mediaThreshold] = health.thresholds.mediaTemperature.sixteenths
    bytes[Self.controllerThreshold] = health.thresholds.controllerTemperature.sixteenths
    for range in condition.errors.ranges {
      bytes.append(littleEndian: range.lowerBound)
      bytes.append(littleEndian: range.upperBound)
    }
    for secret in [security.user.secret, security.master.secret].compactMap(\.self) {
      bytes += secret.salt + secret.digest
    }
    if flags.contains(.firmware) {
      bytes.append(littleEndian: firmware.running)
      bytes.append(littleEndian: firmware.staged ?? 0)
    }
    bytes[Self.checksum] = CRC32.checksum(bytes)
    return bytes
  }

  /// The newer whole copy in `file`, which is hostile; nil where neither is whole.
  package static func newest(in file: [UInt8]) -> ConditionRecord? {
    let copies = [0, copySize].compactMap { file.block(at: $0, count: min(copySize, max(file.count - $0, 0))) }
    return copies.compactMap { ConditionRecord(copy: $0) }.max { $0.generation < $1.generation }
  }

  /// The record at the start of `copy`; nil where it is not whole.
  private init?(copy: [UInt8]) {
    guard copy.count >= Self.headerSize, copy.starts(with: Self.magic) else { return nil }
    let count = Int(copy[Self.count])
    let flags = Flags(rawValue: copy[Self.flags])
    var secrets = Self.headerSize + count * Self.rangeSize
    let firmware =
      secrets + [Flags.passphrase, .masterPassphrase].count(where: flags.contains) * DIMMSecurity.Secret.size
    let size = firmware + (flags.contains(.firmware) ? Self.firmwareSize : 0)
    guard count <= MediaErrors.limit, var whole = copy.block(at: 0, count: size) else { return nil }
    let checksum = whole[Self.checksum]
    whole[Self.checksum] = 0
    guard CRC32.checksum(whole) == checksum, let state = DIMMHealth.State(rawValue: whole[Self.state]) else {
      return nil
    }
    var condition = DIMMCondition()
    for index in 0..<count {
      let offset = Self.headerSize + index * Self.rangeSize
      let (start, end): (UInt64, UInt64) = (whole.load(at: offset), whole.load(at: offset + 8))
      guard start < end, condition.errors.insert(start..<end) else { return nil }
    }
    condition.isShutdownLatched = flags.contains(.latched)
    condition.health.ownState = state
    condition.health.ownSpares = whole[Self.spares]
    condition.health.used = whole[Self.used]
    condition.health.ownMediaTemperature.sixteenths = whole[Self.mediaTemperature]
    condition.health.controllerTemperature.sixteenths = whole[Self.controllerTemperature]
    condition.health.shutdownCount = whole[Self.shutdownCount]
    condition.health.isShutdownDirty = flags.contains(.dirty)
    condition.health.injected.isFatal = flags.contains(.fatal)
    condition.health.injected.spares = flags.contains(.injectedSpares) ? whole[Self.injectedSpares] : nil
    condition.health.injected.mediaTemperature =
      flags.contains(.injectedTemperature)
      ? DIMMHealth.Temperature(sixteenths: whole[Self.injectedTemperature]) : nil
    condition.health.thresholds.watched = DIMMHealth.Alarms(rawValue: whole[Self.watched])
    condition.health.thresholds.spares = whole[Self.sparesThreshold]
    condition.health.thresholds.mediaTemperature.sixteenths = whole[Self.mediaThreshold]
    condition.health.thresholds.controllerTemperature.sixteenths = whole[Self.controllerThreshold]
    func secret(_ flag: Flags) -> DIMMSecurity.Secret? {
      guard flags.contains(flag) else { return nil }
      defer { secrets += DIMMSecurity.Secret.size }
      return DIMMSecurity.Secret(stored: whole[secrets..<secrets + DIMMSecurity.Secret.size])
    }
    // Behind the ranges, in this order.
    let user = secret(.passphrase)
    condition.security = DIMMSecurity(
      user: user, master: secret(.masterPassphrase), isLocked: flags.contains(.locked),
      isFrozen: flags.contains(.frozen),
      erasure: flags.contains(.erasingEverything) ? .everything : flags.contains(.erasingRegion) ? .region : nil)
    if flags.contains(.firmware) {
      let staged: UInt64 = whole.load(at: firmware + 8)
      condition.firmware = DIMMFirmware(running: whole.load(at: firmware), staged: staged == 0 ? nil : staged)
    }
    self.init(generation: whole[Self.generation], condition: condition, isInUse: flags.contains(.inUse))
  }
}
