import Basics

/// The health that a DIMM reports: the SMART values, injected substitutes for some of them, and the alarm thresholds.
///
/// Source: NVDIMM DSM Interface 2.0, 3.1 (Get SMART and Health Info), 3.2 (thresholds), 3.17 (Inject Error).
public struct DIMMHealth: Sendable, Equatable {
  /// How bad it is.
  public enum State: UInt8, Sendable, CaseIterable {
    case ok = 0
    case nonCritical = 1
    case critical = 2
    case fatal = 4

    /// The name of the state in the output of ndctl.
    public var name: String {
      switch self {
      case .ok: "ok"
      case .nonCritical: "non-critical"
      case .critical: "critical"
      case .fatal: "fatal"
      }
    }
  }

  /// Degrees Celsius, in sixteenths.
  public struct Temperature: Sendable, Equatable {
    package var sixteenths: UInt16

    package init(sixteenths: UInt16) { self.sixteenths = sixteenths }
    package init(_ degrees: UInt16) { sixteenths = degrees * 16 }
  }

  /// The values that are watched.
  package struct Alarms: OptionSet, Sendable, Equatable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let spares = Alarms(rawValue: 1 << 0)
    package static let mediaTemperature = Alarms(rawValue: 1 << 1)
    package static let controllerTemperature = Alarms(rawValue: 1 << 2)
    static let all: Alarms = [.spares, .mediaTemperature, .controllerTemperature]
  }

  /// From where on an alarm is raised.
  package struct Thresholds: Sendable, Equatable {
    package var watched = Alarms.all
    /// Percent; so few raise it, and fewer.
    package var spares: UInt8 = 10
    package var mediaTemperature = Temperature(82)
    package var controllerTemperature = Temperature(98)

    package init() {}
  }

  /// What a guest had put in the place of the values that there are, to see what comes of it.
  package struct Injected: Sendable, Equatable {
    package var mediaTemperature: Temperature?
    package var spares: UInt8?
    package var isFatal = false
  }

  /// The values, whatever is injected.
  package var ownState = State.ok
  package var ownSpares: UInt8 = 100
  package var ownMediaTemperature = Temperature(25)
  /// Percent of the life that it is made for.
  public package(set) var used: UInt8 = 0
  package var controllerTemperature = Temperature(30)
  package var thresholds = Thresholds()
  package var injected = Injected()
  /// How often its power went before it had saved what it was to save.
  public package(set) var shutdownCount: UInt32 = 0
  /// Whether that was so the last time.
  public package(set) var isShutdownDirty = false

  public init() {}

  public var state: State { injected.isFatal ? .fatal : ownState }
  /// Percent of the spare blocks that are left.
  public var spares: UInt8 { injected.spares ?? ownSpares }
  public var mediaTemperature: Temperature { injected.mediaTemperature ?? ownMediaTemperature }

  /// The watched values that are beyond their thresholds.
  package var alarms: Alarms {
    var alarms = Alarms()
    if spares <= thresholds.spares { alarms.insert(.spares) }
    if mediaTemperature.sixteenths >= thresholds.mediaTemperature.sixteenths { alarms.insert(.mediaTemperature) }
    if controllerTemperature.sixteenths >= thresholds.controllerTemperature.sixteenths {
      alarms.insert(.controllerTemperature)
    }
    return alarms.intersection(thresholds.watched)
  }

  /// The power goes, and not all is saved.
  package mutating func shutDownUnsafely() {
    isShutdownDirty = true
    shutdownCount = shutdownCount == .max ? .max : shutdownCount + 1
  }
}
