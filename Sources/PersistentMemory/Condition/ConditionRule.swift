package import Basics

/// Everything that can be found about the condition of a DIMM, which is kept beside its backend. The raw value is the
/// stable id.
package enum ConditionRule: String, CaseIterable, FindingRule, Hashable {
  /// Lines that cannot be read.
  case mediaErrors = "media-errors"
  /// SMART says that it is not well.
  case health = "dimm-health"
  /// Its power went before it had saved what it was to save.
  case shutdowns = "dimm-unsafe-shutdowns"
  /// A passphrase locks it.
  case locked = "dimm-locked"
  /// It is erased in part.
  case erasure = "dimm-erasure-unfinished"
  /// What keeps the condition cannot be used.
  case damaged = "dimm-condition-damaged"

  package var severity: Finding.Severity {
    switch self {
    case .shutdowns, .locked: .note
    case .mediaErrors, .health, .erasure: .warning
    case .damaged: .error
    }
  }

  package var chapter: RuleChapter { .condition }
}

/// A namespace as findings about media errors name it, and its DPA range.
package struct NamespaceAddresses {
  package let title: String
  package let extent: Range<UInt64>

  package init(title: String, extent: Range<UInt64>) {
    self.title = title
    self.extent = extent
  }
}

extension DIMMCondition {
  /// What is to be said about it. `namespaces` are those that a guest shows; nil where nobody can tell.
  package func findings(regionSize: UInt64?, namespaces: [NamespaceAddresses]?) -> [Finding] {
    mediaErrorFindings(regionSize ?? .max, namespaces)
      + [healthFinding, shutdownFinding, lockFinding, erasureFinding].compactMap(\.self)
  }

  private func mediaErrorFindings(_ regionSize: UInt64, _ namespaces: [NamespaceAddresses]?) -> [Finding] {
    var rest = errors
    var findings: [Finding] = []
    func add(_ found: [Range<UInt64>], _ what: String, from start: UInt64 = 0, isNote: Bool = false) {
      guard let first = found.first else { return }
      findings.append(
        Finding(
          ConditionRule.mediaErrors, "\(what) cannot be read: \(found.listing(from: start))",
          severity: isNote ? .note : nil, offset: first.lowerBound))
    }
    for namespace in namespaces ?? [] {
      let (start, title) = (namespace.extent.lowerBound, namespace.title)
      let found = errors.within(namespace.extent)
      add(found, "\(found.size.precise) of \(title)", from: start)
      for range in found { _ = rest.remove(range) }
    }
    let (inside, beyond) = (rest.within(0..<regionSize), rest.within(regionSize..<(.max)))
    add(
      inside, "\(inside.size.precise) of the region" + (namespaces == nil ? "" : " that belong to no namespace"),
      isNote: namespaces != nil)
    add(beyond, "\(beyond.size.precise) beyond the region", isNote: true)
    return findings
  }

  private var healthFinding: Finding? {
    let alarms = health.alarms.names
    guard health.state != .ok || !alarms.isEmpty else { return nil }
    let state = health.state == .ok ? [] : ["its health is \(health.state.name)"]
    let alarm = alarms.isEmpty ? [] : ["it raises the alarm for \(alarms.joined(separator: ", "))"]
    return Finding(
      ConditionRule.health, "the DIMM reports bad health: \((state + alarm).joined(separator: ", and "))",
      severity: health.state.rawValue < DIMMHealth.State.critical.rawValue ? .note : nil)
  }

  private var shutdownFinding: Finding? {
    guard health.isShutdownDirty || health.shutdownCount > 0 else { return nil }
    let times = health.shutdownCount == 1 ? "once" : "\(health.shutdownCount) times"
    return Finding(
      ConditionRule.shutdowns,
      "the DIMM lost power \(times) before everything was saved" + (health.isShutdownDirty ? ", the last time too" : "")
    )
  }
}

extension DIMMCondition {
  private var lockFinding: Finding? {
    guard security.user.secret != nil else { return nil }
    return Finding(
      ConditionRule.locked,
      "a passphrase locks the DIMM at each start: without it a guest reaches neither data nor labels")
  }

  private var erasureFinding: Finding? {
    let what: String
    switch security.erasure {
    case nil: return nil
    case .region?: what = "its region"
    case .everything?: what = "its region and its label area"
    }
    return Finding(
      ConditionRule.erasure, "the erasure of the DIMM was cut off: the next start makes all of \(what) zero")
  }
}

extension DIMMHealth.Alarms {
  /// With the values as SMART has them.
  fileprivate var names: [String] {
    [
      contains(.spares) ? "spares" : nil, contains(.mediaTemperature) ? "the media temperature" : nil,
      contains(.controllerTemperature) ? "the controller temperature" : nil,
    ].compactMap(\.self)
  }
}

extension [Range<UInt64>] {
  /// The bytes of all of them.
  fileprivate var size: ByteCount { ByteCount(reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }) }

  /// The first few as `OFFSET+LENGTH`, counted from `start`.
  fileprivate func listing(from start: UInt64) -> String {
    firstFew { "\(($0.lowerBound - start).hex)+\(($0.upperBound - $0.lowerBound).hex)" }
  }
}

extension DIMMHealth {
  /// What it tells, under the names by which it is set.
  package var facts: [(key: String, value: JSONValue)] {
    [
      ("state", .text(state.name)), ("spares", .integer(Int64(spares))), ("used", .integer(Int64(used))),
      ("media-temperature", .integer(Int64(mediaTemperature.sixteenths / 16))),
      ("controller-temperature", .integer(Int64(controllerTemperature.sixteenths / 16))),
      ("alarm-spares", .boolean(alarms.contains(.spares))),
      ("alarm-media-temperature", .boolean(alarms.contains(.mediaTemperature))),
      ("alarm-controller-temperature", .boolean(alarms.contains(.controllerTemperature))),
      ("shutdown-count", .integer(Int64(shutdownCount))), ("shutdown", .text(isShutdownDirty ? "dirty" : "clean")),
    ]
  }
}

extension DIMMCondition {
  /// What it tells, but for its media errors.
  package var facts: [(key: String, value: JSONValue)] {
    health.facts + [("security", .text(security.name))] + firmware.facts
  }

  /// The condition in the documents of `--json`: the names of monitors, with `_` for `-`.
  package var json: JSONValue {
    .object(
      facts.map { ($0.key.replacing("-", with: "_"), $0.value) } + [("media_errors", errors.json)])
  }
}

extension DIMMCondition {
  /// In one line, for people.
  package var summary: String {
    let count = errors.ranges.count
    let bad = count == 0 ? [] : ["\(errors.ranges.size.precise) cannot be read: \(errors.ranges.listing(from: 0))"]
    let shutdowns = health.shutdownCount == 0 ? [] : ["dirty shutdowns \(health.shutdownCount)"]
    let lock = security == DIMMSecurity() ? [] : [security.name]
    let firmware = firmware.summary.map { [$0] } ?? []
    return (["health \(health.state.name)"] + lock + firmware + shutdowns + bad).joined(separator: ", ")
  }

  /// Adds media errors; false where there is no room for more.
  package mutating func insertError(_ range: Range<UInt64>) -> Bool { errors.insert(range) }

  /// Forgets the media errors from `end` on; false where there were none.
  package mutating func cut(at end: UInt64) -> Bool {
    guard let last = errors.ranges.last, last.upperBound > end else { return false }
    return errors.remove(end..<last.upperBound)
  }
}

extension MediaErrors {
  package var json: JSONValue {
    JSONValue(ranges) { range in
      .object([("offset", JSONValue(range.lowerBound)), ("length", JSONValue(range.upperBound - range.lowerBound))])
    }
  }
}
