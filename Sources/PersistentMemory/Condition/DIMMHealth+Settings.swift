import Basics

extension DIMMHealth {
  /// A value that can be set from outside, by its name.
  package enum Setting: String, CaseIterable, Sendable {
    case state
    case spares
    case used
    case mediaTemperature = "media-temperature"
    case controllerTemperature = "controller-temperature"
    case shutdownCount = "shutdown-count"
    case shutdown

    /// What it takes, for messages.
    package var expected: String {
      switch self {
      case .state: State.allCases.map(\.name).joined(separator: ", ")
      case .spares, .used: "0 to 100"
      case .mediaTemperature, .controllerTemperature: "0 to \(DIMMHealth.hottest)"
      case .shutdownCount: "0 to \(UInt32.max)"
      case .shutdown: "clean, dirty"
      }
    }
  }

  /// Degrees that the interface has room for.
  static let hottest = UInt64(UInt16.max / 16)

  /// A description of health that means nothing.
  package enum SettingError: Error, Hashable, Sendable {
    case unknown(String)
    case value(Setting, String)
  }

  /// Takes over `words`: `NAME=VALUE`, or a state alone. Nothing is changed where one of them means nothing.
  package mutating func set(_ words: [Substring]) throws(SettingError) {
    var health = self
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 1 {
        guard let state = State.allCases.first(where: { $0.name == word }) else { throw .unknown(String(word)) }
        health.ownState = state
      } else {
        guard let setting = Setting(rawValue: String(parts[0])) else { throw .unknown(String(parts[0])) }
        guard health.set(setting, parts[1]) else { throw .value(setting, String(parts[1])) }
      }
    }
    self = health
  }

  /// False where `text` is no value of `setting`.
  private mutating func set(_ setting: Setting, _ text: Substring) -> Bool {
    func number(upTo limit: UInt64) -> UInt64? {
      guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = UInt64(text), number <= limit
      else { return nil }
      return number
    }
    switch setting {
    case .state:
      guard let state = State.allCases.first(where: { $0.name == text }) else { return false }
      ownState = state
    case .spares:
      guard let percent = number(upTo: 100) else { return false }
      ownSpares = UInt8(percent)
    case .used:
      guard let percent = number(upTo: 100) else { return false }
      used = UInt8(percent)
    case .mediaTemperature:
      guard let degrees = number(upTo: Self.hottest) else { return false }
      ownMediaTemperature = Temperature(UInt16(degrees))
    case .controllerTemperature:
      guard let degrees = number(upTo: Self.hottest) else { return false }
      controllerTemperature = Temperature(UInt16(degrees))
    case .shutdownCount:
      guard let count = number(upTo: UInt64(UInt32.max)) else { return false }
      shutdownCount = UInt32(count)
    case .shutdown:
      guard let isDirty = ["clean": false, "dirty": true][text] else { return false }
      isShutdownDirty = isDirty
    }
    return true
  }
}

extension DIMMHealth.SettingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let word):
      "'\(word)' is not a health setting (expected a state or one of "
        + DIMMHealth.Setting.allCases.map { "\($0.rawValue)=" }.joined(separator: ", ") + ")"
    case .value(let setting, let text):
      "Parameter '\(setting.rawValue)' does not accept value '\(text)' (expected \(setting.expected))"
    }
  }
}
