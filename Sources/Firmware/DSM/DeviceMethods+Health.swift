import Basics
import PersistentMemory

/// The layouts in which the health of an NVDIMM is passed to and from the guest, without the status.
extension DeviceMethods {
  /// Get SMART and Health Info (NVDIMM DSM Interface 2.0, 3.1).
  private enum HealthField {
    static let valid = Field<UInt32>("validation flags", at: 0)
    static let state = Field<UInt8>("health status", at: 8)
    static let spares = Field<UInt8>("spares", at: 9)
    static let used = Field<UInt8>("percentage used", at: 10)
    static let alarms = Field<UInt8>("alarm trips", at: 11)
    static let mediaTemperature = Field<UInt16>("current media temperature", at: 12)
    static let controllerTemperature = Field<UInt16>("current controller temperature", at: 14)
    static let shutdownCount = Field<UInt32>("dirty shutdown count", at: 16)
    static let shutdownState = Field<UInt8>("last shutdown status", at: 31)
    static let size = 128

    /// Bits 0 to 5, 9 and 10 of the flags: one for each field above.
    static let allValid: UInt32 = 0b110_0011_1111
  }

  static func healthData(_ health: DIMMHealth) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: HealthField.size)
    data[HealthField.valid] = HealthField.allValid
    data[HealthField.state] = health.state.rawValue
    data[HealthField.spares] = health.spares
    data[HealthField.used] = health.used
    data[HealthField.alarms] = health.alarms.rawValue
    data[HealthField.mediaTemperature] = health.mediaTemperature.sixteenths
    data[HealthField.controllerTemperature] = health.controllerTemperature.sixteenths
    data[HealthField.shutdownCount] = health.shutdownCount
    data[HealthField.shutdownState] = health.isShutdownDirty ? 1 : 0
    return data
  }

  /// Get SMART Threshold (3.2), and the argument of Set SMART Threshold (3.16), which is one byte shorter.
  private enum ThresholdField {
    static let watched = Field<UInt16>("threshold alarm control", at: 0)
    static let spares = Field<UInt8>("spares threshold", at: 2)
    static let mediaTemperature = Field<UInt16>("media temperature threshold", at: 3)
    static let controllerTemperature = Field<UInt16>("controller temperature threshold", at: 5)
    static let argumentSize = 7
    static let resultSize = 8
  }

  static func thresholdData(_ thresholds: DIMMHealth.Thresholds) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: ThresholdField.resultSize)
    data[ThresholdField.watched] = UInt16(thresholds.watched.rawValue)
    data[ThresholdField.spares] = thresholds.spares
    data[ThresholdField.mediaTemperature] = thresholds.mediaTemperature.sixteenths
    data[ThresholdField.controllerTemperature] = thresholds.controllerTemperature.sixteenths
    return data
  }

  /// Parses `argument`; `nil` if it is malformed, or watches values that do not exist.
  static func thresholds(_ argument: [UInt8]) -> DIMMHealth.Thresholds? {
    guard argument.count >= ThresholdField.argumentSize else { return nil }
    let watched = argument[ThresholdField.watched]
    guard watched <= 0b111 else { return nil }
    var thresholds = DIMMHealth.Thresholds()
    thresholds.watched = DIMMHealth.Alarms(rawValue: UInt8(watched))
    thresholds.spares = argument[ThresholdField.spares]
    thresholds.mediaTemperature = DIMMHealth.Temperature(sixteenths: argument[ThresholdField.mediaTemperature])
    thresholds.controllerTemperature = DIMMHealth.Temperature(
      sixteenths: argument[ThresholdField.controllerTemperature])
    return thresholds
  }

  /// Inject Error (NVDIMM DSM Interface 2.0, 3.17): values with which a guest overrides the real ones, or stops doing
  /// so.
  struct HealthInjection: Sendable {
    private static let kinds = Field<UInt64>("injected errors", at: 0)
    private static let hasMediaTemperature = Field<UInt8>("media temperature error enabled", at: 8)
    private static let mediaTemperature = Field<UInt16>("media temperature", at: 9)
    private static let hasSpares = Field<UInt8>("spares remaining trigger enabled", at: 11)
    private static let spares = Field<UInt8>("spares remaining", at: 12)
    private static let isFatal = Field<UInt8>("fatal error trigger enabled", at: 13)
    private static let isUnsafe = Field<UInt8>("dirty shutdown trigger enabled", at: 14)
    private static let size = 15

    private let argument: [UInt8]

    /// Parses `argument`; `nil` if it is malformed, or names errors that do not exist.
    init?(_ argument: [UInt8]) {
      guard argument.count >= Self.size, argument[Self.kinds] <= 0b1111 else { return nil }
      self.argument = argument
    }

    func apply(to health: inout DIMMHealth) {
      let kinds = argument[Self.kinds]
      if kinds & 1 << 0 != 0 {
        let temperature = DIMMHealth.Temperature(sixteenths: argument[Self.mediaTemperature])
        health.injected.mediaTemperature = argument[Self.hasMediaTemperature] == 0 ? nil : temperature
      }
      if kinds & 1 << 1 != 0 {
        health.injected.spares = argument[Self.hasSpares] == 0 ? nil : argument[Self.spares]
      }
      if kinds & 1 << 2 != 0 { health.injected.isFatal = argument[Self.isFatal] != 0 }
      if kinds & 1 << 3 != 0 {
        if argument[Self.isUnsafe] != 0 { health.shutDownUnsafely() } else { health.isShutdownDirty = false }
      }
    }
  }
}
