package import Basics
import FoundationEssentials
import PersistentMemory

/// The differences between a backend, as a start would use it, and its layout fingerprint.
package struct LayoutVerification: Sendable {
  package private(set) var findings: [Finding] = []
  /// Whether the backend has another length than the sealed one, and a label area of the sealed size at its own end.
  private let isAnotherState: Bool
  private let sealed: LayoutFingerprint
  private let now: LayoutFingerprint
  /// What accepts the backend as it is.
  private let sealing: Hint
  /// The backend, for a hint.
  private let path: String

  /// `now` is the backend at `path` as it is, with what the next start uses. Of a fingerprint of the file that had the
  /// name before, nothing follows for this one. `isAnotherState` means that the backend has another length, and a label
  /// area of the sealed size at its own end. `sidecar` is the file that was named for the fingerprint.
  package init(
    of path: String, sealed: LayoutFingerprint, now: LayoutFingerprint, isOfPredecessor: Bool = false,
    isAnotherState: Bool = false, sidecar: String? = nil
  ) {
    self.path = path
    self.isAnotherState = isAnotherState
    sealing = Self.sealing(path, sidecar: sidecar)
    self.sealed = sealed
    self.now = now
    guard !isOfPredecessor else {
      add(
        .replaced, "the fingerprint belongs to the file that had this name before, and says nothing about this one",
        stored: now.file.map { "inode \($0.inode)" }, expected: sealed.file.map { "inode \($0.inode)" }, hint: sealing)
      return
    }
    // A change of the file is the cause of a change of what its start would use.
    verifyFile()
    verifyStart()
    verifyLabels()
  }

  private mutating func add(
    _ rule: LayoutRule, _ message: String, severity: Finding.Severity? = nil, stored: String? = nil,
    expected: String? = nil, offset: UInt64? = nil, hint: Hint? = nil, settings: [StartSetting] = []
  ) {
    findings.append(
      Finding(
        rule, message, severity: severity, stored: stored, expected: expected, offset: offset, hint: hint,
        settings: settings))
  }

  private func precise(_ bytes: UInt64) -> String { ByteCount(bytes).precise }

  // MARK: What a start would use

  private mutating func verifyStart() {
    if now.size != sealed.size, !(isAnotherState && now.size == now.length) {
      add(
        .size, "with this size= \(window)", stored: precise(now.size), expected: precise(sealed.size),
        settings: [.mappedSize(sealed.size)])
    }
    if now.labelSize != sealed.labelSize, sealed.labelSize == 0, now.labels?.version != nil {
      add(
        .labelSize, "a label area was created since, and the guest would overwrite it without label-size=",
        stored: precise(now.labelSize), expected: precise(0), hint: sealing)
    } else if now.labelSize != sealed.labelSize {
      let what =
        switch (sealed.labelSize, now.labelSize) {
        case (_, 0): "without label-size= the guest may overwrite the label area"
        case (0, _): "a label area would replace the last bytes of the region that the guest has seen"
        default: "with this label-size= \(window)"
        }
      add(
        .labelSize, what, stored: precise(now.labelSize), expected: precise(sealed.labelSize),
        settings: [.labelSize(sealed.labelSize == 0 ? nil : sealed.labelSize)])
    }
    if now.align != sealed.align {
      add(
        .alignment, "with this align= \(region)", severity: now.region == sealed.region ? .warning : nil,
        stored: precise(now.align), expected: precise(sealed.align),
        settings: [.alignment(sealed.align == 0 ? nil : sealed.align)])
    }
    // Labels that have changed may have been moved to another slot since: what they say takes precedence.
    if let slot = sealed.slot, let other = now.slot, other != slot, hasSealedLabels {
      add(
        .slot, "in another slot the guest shows none of the namespaces", stored: "\(other)", expected: "\(slot)",
        settings: [.slot(slot)])
    }
    verifyRelease()
  }

  /// Whether the labels, if they can be read, are those of the fingerprint.
  private var hasSealedLabels: Bool {
    guard let old = sealed.labels, let labels = now.labels else { return true }
    return labels.hasSameLabels(as: old)
  }

  /// Describes the effect on the location of the labels.
  private var window: String {
    guard let old = sealed.labelOffset else { return region }
    guard let new = now.labelOffset else { return "there is no room for the labels at \(old.hex)" }
    return "labels would be looked for at \(new.hex), and they are at \(old.hex)"
  }

  /// Describes the effect on the region.
  private var region: String {
    now.region == sealed.region
      ? "the guest sees the same region"
      : "the guest would see \(precise(now.region)) as its region, not \(precise(sealed.region))"
  }

  private mutating func verifyRelease() {
    guard let now = now.rules, let sealed = sealed.rules,
      (now.release, now.architecture) != (sealed.release, sealed.architecture)
    else { return }
    var differences: [String] = []
    if now.length == .resized, sealed.length != .resized {
      differences.append("it cuts the file to size=, and what lies beyond is lost")
    }
    if !now.hasNVDIMM { differences.append("it has no NVDIMM") }
    if !now.hasLabels, self.sealed.labelSize > 0 { differences.append("it has no labels") }
    if now.requiresLabels, self.sealed.labelSize == 0 { differences.append("it requires labels") }
    if now.defaultAlignment != sealed.defaultAlignment, self.sealed.align == 0 {
      differences.append("it aligns to \(ByteCount(now.defaultAlignment)), and \(region)")
    }
    guard !differences.isEmpty else { return }
    let isHarmless =
      now.hasNVDIMM && self.now.region == self.sealed.region && (now.hasLabels || self.sealed.labelSize == 0)
    add(
      .release, differences.joined(separator: "; "), severity: isHarmless ? .warning : nil,
      stored: "QEMU \(now.release) on \(now.architecture.rawValue)",
      expected: "QEMU \(sealed.release) on \(sealed.architecture.rawValue)")
  }

  // MARK: The file

  private mutating func verifyFile() {
    if isAnotherState {
      add(
        now.length < sealed.length ? .truncated : .extended,
        "the backend is not the sealed one: it has another length, and labels at its own end. An older state was put "
          + "back, or it was resized without the seal; seal it if that was intended",
        severity: .error, stored: precise(now.length), expected: precise(sealed.length), hint: sealing)
    } else if now.length < sealed.length {
      add(
        .truncated, "the backend was made shorter: what lay beyond its end is lost", stored: precise(now.length),
        expected: precise(sealed.length), offset: now.length)
    } else if now.length > sealed.length {
      add(
        .extended, "the backend was made longer, and its labels are where they were", stored: precise(now.length),
        expected: precise(sealed.length), offset: sealed.length, settings: [.mappedSize(sealed.size)])
    }
    guard let file = now.file, let old = sealed.file else { return }
    if file.inode != old.inode {
      add(
        .replaced,
        "another file now has this name, with a copy of the fingerprint, and may be an old one; "
          + "seal it if it is the right one",
        stored: "inode \(file.inode)", expected: "inode \(old.inode)", hint: sealing)
    }
    if file.modified < old.modified {
      add(
        .older, "the contents are older than the fingerprint: an old file was restored; seal it if that was intended",
        stored: Self.time(file.modified), expected: "at least \(Self.time(old.modified))", hint: sealing)
    }
  }

  /// The command that seals the backend at `path` as it is, into `sidecar` where that was named.
  package static func sealing(_ path: String, sidecar: String? = nil) -> Hint {
    .command(ShellCommand("vnvdimm-resize-guard", ["seal"] + (sidecar.map { ["--sidecar", $0] } ?? []), path: path))
  }

  /// Returns `seconds` since 1970 as a readable UTC time.
  private static func time(_ seconds: Int64) -> String {
    // The fingerprint may contain any number, but calendars end.
    guard (0..<253_402_300_800).contains(seconds) else { return "\(seconds) s" }
    return Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }

  // MARK: The labels

  private mutating func verifyLabels() {
    // If the sizes differ, or the file ends too early, the bytes that were read are not the labels.
    guard let old = sealed.labels, now.size == sealed.size, now.labelSize == sealed.labelSize,
      now.length >= sealed.size
    else { return }
    guard let labels = now.labels, labels.version != nil || old.version == nil else {
      return add(
        .labelsUnreadable, "no valid index block is where the labels were", offset: sealed.labelOffset,
        hint: MigrationCommand(path: path).hint(.repair()))
    }
    guard !hasSealedLabels else { return }
    let generation = (stored: "sequence \(labels.generation)", expected: "sequence \(old.generation)")
    let missing = old.namespaces.filter { !labels.namespaces.contains($0) }
    if !missing.isEmpty, labels.count <= LabelsFingerprint.namespaceLimit {
      let names = missing.prefix(4).map(\.uuid.lowercased).joined(separator: ", ")
      add(
        .namespacesMissing,
        "\(missing.count) of \(old.count) namespaces are gone or have changed; seal "
          + "the backend if that was intended: \(names)",
        stored: generation.stored, expected: generation.expected, offset: sealed.labelOffset, hint: sealing)
    } else {
      add(
        .labelsChanged,
        "the labels were changed since (\(old.count == 1 ? "1 namespace was" : "\(old.count) namespaces were") there, "
          + "now \(labels.count))",
        stored: generation.stored, expected: generation.expected, offset: sealed.labelOffset, hint: sealing)
    }
  }
}
