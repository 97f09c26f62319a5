package import Basics
import PersistentMemory
package import QEMU

/// The contents of a backend, to the extent that they matter for the consequences of a program's behavior.
package struct ConsumerContents: Sendable {
  /// Whether there is data to keep.
  package var holdsData = false
  /// Whether the contents say where they end.
  package var isBounded = false
  package var hasLabels = false
  /// Whether a guest without labels sees a namespace in fsdax mode.
  package var isDirect = false

  package init() {}
}

/// What a program does with one backend. All sizes are in bytes.
package struct ConsumerJudgement: Sendable {
  package enum Outcome: Sendable, Equatable {
    case starts
    /// The program does not start, with this message.
    case refuses(String)
    /// The program does not start, for this reason; its message is not recorded.
    case fails(String)
    /// The outcome is not known, because what the path leads to is not described.
    case unknown
  }

  package let choice: ConsumerChoice
  package private(set) var outcome = Outcome.starts
  /// The mapped size of the backend.
  package let mappedSize: UInt64
  /// The size of the device that the guest sees.
  package let guestSize: UInt64
  /// The length of the file.
  private let length: UInt64
  private let state: BackendState
  private let contents: ConsumerContents
  package private(set) var findings: [Finding] = []
  /// Whether the guest's writes reach the backend.
  package private(set) var isWritten = true
  /// The places in the program's sources on which the judgement rests.
  package private(set) var sources: [String] = []

  /// Judges the use by `choice` of a backend in `state` that holds `contents`. `path` is for hints.
  package init(
    _ choice: ConsumerChoice, of state: BackendState, holding contents: ConsumerContents = ConsumerContents(),
    at path: String
  ) {
    self.choice = choice
    self.state = state
    self.contents = contents
    length = state.length ?? 0
    mappedSize = choice.size ?? length
    guestSize = choice.consumer.guestSize(ofMapped: mappedSize)
    guard state.isDescribed else {
      outcome = .unknown
      return
    }
    for statement in choice.consumer.statements where holds(statement.situation) {
      sources.append(statement.source)
      switch statement.outcome {
      case .refuses(let words):
        outcome = .refuses(words)
        findings = [finding(.refused, "\(choice.title) does not start with this backend: \(words)", at: path)]
        return
      case .fails(let reason):
        outcome = .fails(reason)
        findings = [finding(.refused, "\(choice.title) does not start with this backend: \(reason)", at: path)]
        return
      case .tells(let rule, let message):
        findings.append(finding(rule, message, severity: severity(of: rule), at: path))
        if rule == .volatile || rule == .readOnly { isWritten = false }
      }
    }
  }

  /// Returns the severity of the consequences in this case.
  private func severity(of rule: ConsumerRule) -> Finding.Severity {
    switch rule {
    case .paddingLost: contents.isBounded ? rule.severity : .error
    // If the program has no alternative, its users do not expect writes to last.
    case .volatile where choice.consumer.options.contains { $0.values.count == 1 }: .note
    case .volatile: contents.holdsData || state == .directory ? .error : rule.severity
    default: rule.severity
    }
  }

  private func finding(
    _ rule: ConsumerRule, _ message: String, severity: Finding.Severity? = nil, at path: String
  ) -> Finding {
    let (stored, expected, offset) = facts(of: rule)
    return Finding(
      rule, message, severity: severity, stored: stored, expected: expected, offset: offset, hint: hint(of: rule, path))
  }

  private func facts(of rule: ConsumerRule) -> (stored: String?, expected: String?, offset: UInt64?) {
    let unit = choice.consumer.unit
    return switch rule {
    case .refused where !mappedSize.isMultiple(of: unit) && mappedSize > 0, .hotplug, .misaligned:
      (ByteCount(mappedSize).precise, "a multiple of \(ByteCount(unit))", nil)
    case .paddingLost, .behindEnd:
      (
        "\(min(length, mappedSize).hex) to \(guestSize.hex)", "a file of \(ByteCount(guestSize).precise)",
        min(length, mappedSize)
      )
    case .tail: (ByteCount(length).precise, ByteCount(mappedSize).precise, mappedSize)
    case .refused, .volatile, .readOnly, .flush, .noLabels, .noDAX, .erased: (nil, nil, nil)
    }
  }

  /// Returns the change that resolves the finding.
  private func hint(of rule: ConsumerRule, _ path: String) -> Hint? {
    func check(_ changes: [String: String?]) -> Hint {
      .command("vnvdimm-check", "--for", choice.text(with: changes), path: path)
    }
    func grown(to size: UInt64?) -> Hint? {
      guard case .file(1...) = state, let size, size > length else { return nil }
      return .command(ShellCommand("vnvdimm-resize-guard", ["apply"], path: path).appending(ByteCount(size).argument))
    }
    switch rule {
    case .refused where state == .missing || state == .file(size: 0):
      // A missing path in /dev is not a file.
      guard case .own = choice.consumer.start, !path.hasPrefix("/dev/") else { return nil }
      let permits = state == .missing ? [] : ["--overwrite"]
      let size = ["--size", ByteCount(choice.consumer.unit).argument, "--label-size", "none"]
      return .command(ShellCommand("vnvdimm-create", permits + size, path: path))
    case .refused where choice.size != nil && length > 0: return check(["size": nil])
    case .refused, .hotplug, .misaligned:
      return mappedSize.isMultiple(of: choice.consumer.unit)
        ? nil : grown(to: mappedSize.alignedUp(to: choice.consumer.unit))
    case .paddingLost: return grown(to: guestSize)
    case .behindEnd: return choice.size == nil ? grown(to: guestSize) : check(["size": nil])
    case .tail: return check(["size": nil])
    case .volatile:
      let option = choice.consumer.options.first { $0.values.count == 2 && choice.value(of: $0.name) != $0.usual }
      return option.map { check([$0.name: nil]) }
    case .noLabels: return MigrationCommand(path: path).hint(.split("\(path).labels"))
    case .readOnly, .flush, .noDAX, .erased: return nil
    }
  }

  private func holds(_ situation: ConsumerSituation) -> Bool {
    switch situation {
    case .missing:
      if case .missing = state { return true }
      return state == .danglingLink
    case .folder: return state == .directory
    case .folderWithoutSize: return state == .directory && choice.size == nil
    case .file:
      if case .file = state { return true }
      return false
    case .empty: return state == .file(size: 0) && choice.size == nil
    case .device:
      switch state {
      case .device, .daxDevice: return true
      default: return false
      }
    case .notMultiple(let unit): return !mappedSize.isMultiple(of: unit)
    case .beyondFile: return state != .directory && mappedSize > length
    case .withinFile: return mappedSize < length
    case .padded: return guestSize > mappedSize
    case .guestMisaligned: return !guestSize.isMultiple(of: 2 << 20)
    case .labelled: return contents.hasLabels
    case .withoutDAX: return !contents.isDirect
    case .option(let name, let value): return choice.value(of: name) == value
    case .before(let release): return choice.effectiveRelease.map { $0 < release } ?? false
    case .since(let release): return choice.effectiveRelease.map { $0 >= release } ?? false
    case .both(let first, let second): return holds(first) && holds(second)
    }
  }
}

extension Consumer {
  /// Returns the length of a file of which the program maps at least `size` bytes without losing any.
  package func fileSize(for size: UInt64) -> UInt64 {
    let whole = size.alignedUp(to: unit) ?? size
    return guestSize(ofMapped: whole)
  }

  /// Returns the size of the guest's device if `mapped` bytes of a backend are mapped.
  package func guestSize(ofMapped mapped: UInt64) -> UInt64 {
    guard case .own(let extent) = start else { return mapped }
    switch extent {
    case .exact: return mapped
    case .roundedUp(let unit): return mapped.alignedUp(to: unit) ?? mapped
    case .powerOfTwo(let least):
      guard mapped > least else { return least }
      let exponent = UInt64.bitWidth - (mapped - 1).leadingZeroBitCount
      return exponent < UInt64.bitWidth ? 1 << UInt64(exponent) : mapped
    }
  }
}

extension ConsumerChoice {
  /// Returns the choice as text, with `changes` to the values of its options; `nil` removes an option.
  func text(with changes: [String: String?]) -> String {
    var values = values
    for (name, value) in changes { values[name] = value }
    let all = [release.map { ("release", $0.description) }].compactMap(\.self) + values.sorted { $0.key < $1.key }
    return ([consumer.name] + all.map { "\($0)=\($1)" }).joined(separator: ",")
  }
}

extension BackendState {
  /// Whether it is known what programs do with it.
  fileprivate var isDescribed: Bool {
    switch self {
    case .file, .device, .daxDevice, .missing, .danglingLink, .directory: true
    case .unmappable, .zeroDevice, .nullDevice, .inaccessible, .other: false
    }
  }
}
