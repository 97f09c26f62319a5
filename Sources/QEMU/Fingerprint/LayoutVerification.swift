package import Basics
import FoundationEssentials
package import PersistentMemory

/// The differences between a backend, as a start would use it, and its layout fingerprint.
///
/// Each difference has one finding, the one that names its cause: where the length of the file has changed, nothing
/// that follows from the new length is a finding of its own.
package struct LayoutVerification: Sendable {
  /// What has happened to the backend since it was sealed.
  package enum Change: Sendable {
    case none
    case shorter
    case longer
    /// Its labels have gone from their place: to that of an area, or altogether.
    case labelsElsewhere(LocatedLabelArea)
    case labelsGone
  }

  package private(set) var findings: [Finding] = []
  private let change: Change
  private let sealed: LayoutFingerprint
  private let now: LayoutFingerprint
  /// The backend, for a hint.
  private let path: String
  /// The file that was named for the fingerprint, for a hint.
  private let sidecar: String?

  /// `now` is the backend at `path` as it is, with what the next start uses. Of a fingerprint of the file that had the
  /// name before, nothing follows for this one. `sidecar` is the file that was named for the fingerprint.
  package init(
    of path: String, sealed: LayoutFingerprint, now: LayoutFingerprint, isOfPredecessor: Bool = false,
    change: Change, sidecar: String? = nil
  ) {
    self.path = path
    self.sidecar = sidecar
    self.change = change
    self.sealed = sealed
    self.now = now
    guard !isOfPredecessor else {
      add(
        .replaced, "the fingerprint belongs to the file that had this name before, and says nothing about this one",
        stored: now.file.map { "inode \($0.inode)" }, expected: sealed.file.map { "inode \($0.inode)" }, hint: sealing()
      )
      return
    }
    verifyChange()
    verifyFile()
    verifySizes()
    verifyPlace()
    verifyRelease()
    verifyLabels()
  }

  /// The command that accepts the backend as it is: with the machine and the alignment of the seal, and with the mapped
  /// size `size` if it is not the length.
  private func sealing(size: UInt64? = nil) -> Hint {
    Self.sealing(path, like: sealed, size: size, isSlotKept: sealed.labelSize == 0, sidecar: sidecar)
  }

  /// The command that seals the backend at `path` as it is.
  ///
  /// - Parameters:
  ///   - former: the present fingerprint; its machine and its alignment are kept, and its slot if `isSlotKept`.
  ///   - size: the mapped size in bytes; `nil` for the length of the backend.
  ///   - sidecar: the file that was named for the fingerprint.
  package static func sealing(
    _ path: String, like former: LayoutFingerprint? = nil, size: UInt64? = nil, isSlotKept: Bool = false,
    sidecar: String? = nil
  ) -> Hint {
    let options: [(name: String, value: String?)] = [
      ("sidecar", sidecar),
      ("qemu-version", former.flatMap { $0.rules?.release == .newest ? nil : $0.qemu }),
      ("arch", former.flatMap { $0.arch == .x86_64 ? nil : $0.arch.rawValue }),
      ("size", size.map { ByteCount($0).argument }),
      ("align", former.flatMap { $0.align == 0 ? nil : ByteCount($0.align).argument }),
      ("slot", isSlotKept ? former?.slot.map { "\($0)" } : nil),
    ]
    let words = options.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
    return .command(ShellCommand("vnvdimm-resize-guard", ["seal"] + words, path: path))
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

  private mutating func verifySizes() {
    // Any other change of the file is the cause of the sizes.
    switch change {
    case .none: break
    case .longer where now.size == sealed.size: break
    case .shorter, .longer, .labelsElsewhere, .labelsGone: return
    }
    if now.size != sealed.size {
      add(
        .size, "with this size= \(window)", stored: precise(now.size), expected: precise(sealed.size),
        settings: [.mappedSize(sealed.size)])
    }
    guard now.labelSize != sealed.labelSize else { return }
    guard sealed.labelSize > 0 || now.labels?.version == nil else {
      return add(
        .labelSize, "a label area was created since, and the guest would overwrite it without label-size=",
        stored: precise(now.labelSize), expected: precise(0), hint: sealing())
    }
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

  private mutating func verifyPlace() {
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
  }

  /// Whether the labels, if they can be read, are those of the fingerprint.
  private var hasSealedLabels: Bool {
    if case .labelsElsewhere = change { return false }
    guard let old = sealed.labels, let labels = now.labels else { return true }
    return labels.hasSameLabels(as: old)
  }

  /// Describes the effect on the location of the labels.
  private var window: String {
    guard let old = sealed.labelOffset else { return region }
    guard now.labelSize > 0 else { return "QEMU looks for no labels, and there are some at \(old.hex)" }
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

  private mutating func verifyChange() {
    let facts = (stored: precise(now.length), expected: precise(sealed.length))
    switch change {
    case .none: break
    case .labelsElsewhere(let area): verifyArea(area)
    case .labelsGone:
      let command = MigrationCommand(
        path: path, mappedSize: now.length == sealed.size ? nil : sealed.size, labelSize: sealed.labelSize)
      let namespaces = sealed.labels?.namespaces ?? []
      add(
        .labelsUnreadable,
        "no valid index block is where the labels were"
          + (namespaces.isEmpty ? "" : ": the guest does not see \(namespaces.listing)"),
        offset: sealed.labelOffset, hint: command.hint(.repair(isPlan: true)))
    case .shorter:
      add(
        .truncated, "the backend was made shorter: what lay beyond its end is lost", stored: facts.stored,
        expected: facts.expected, offset: now.length)
    case .longer where now.size == sealed.size:
      let labels = sealed.labelSize == 0 ? "the guest does not see the rest" : "its labels are where they were"
      add(
        .extended, "the backend was made longer, and \(labels)", stored: facts.stored, expected: facts.expected,
        offset: sealed.length, hint: sealing(size: sealed.size))
    case .longer where sealed.labelSize == 0 && now.size == now.length:
      add(
        .extended, "the backend was made longer: \(region)", stored: facts.stored, expected: facts.expected,
        offset: sealed.length, hint: sealing())
    case .longer:
      add(
        .extended, "the backend was made longer, and with this size= \(window)", severity: .error,
        stored: facts.stored, expected: facts.expected, offset: sealed.length,
        settings: [.mappedSize(sealed.size)]
          + (now.labelSize == sealed.labelSize || sealed.labelSize == 0 ? [] : [.labelSize(sealed.labelSize)]))
    }
  }

  private mutating func verifyArea(_ area: LocatedLabelArea) {
    let what = "the backend is not the sealed one:"
    let why = "An older state was put back, or it was changed without the seal; seal it if that was intended"
    let hint = sealing(size: area.end == now.length ? nil : area.end)
    if now.length != sealed.length {
      add(
        now.length < sealed.length ? .truncated : .extended,
        "\(what) it has another length, and its labels are at \(area.offset.hex). \(why)", severity: .error,
        stored: precise(now.length), expected: precise(sealed.length), hint: hint)
    } else if UInt64(area.size) != sealed.labelSize {
      add(
        .labelSize, "\(what) it has another label area, at \(area.offset.hex). \(why)",
        stored: precise(UInt64(area.size)), expected: precise(sealed.labelSize), hint: hint)
    } else {
      add(
        .size, "\(what) its labels are at \(area.offset.hex). \(why)", stored: area.end.hex,
        expected: sealed.size.hex, hint: hint)
    }
  }

  private mutating func verifyFile() {
    guard let file = now.file, let old = sealed.file else { return }
    if file.inode != old.inode {
      add(
        .replaced,
        "another file now has this name, with a copy of the fingerprint, and may be an old one; "
          + "seal it if it is the right one",
        stored: "inode \(file.inode)", expected: "inode \(old.inode)", hint: sealing())
    }
    if file.modified < old.modified {
      add(
        .older, "the contents are older than the fingerprint: an old file was restored; seal it if that was intended",
        stored: Self.time(file.modified), expected: "at least \(Self.time(old.modified))", hint: sealing())
    }
  }

  /// Returns `seconds` since 1970 as a readable UTC time.
  private static func time(_ seconds: Int64) -> String {
    // The fingerprint may contain any number, but calendars end.
    guard (0..<253_402_300_800).contains(seconds) else { return "\(seconds) s" }
    return Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }

  // MARK: The labels

  private mutating func verifyLabels() {
    switch change {
    case .labelsElsewhere, .labelsGone: return
    case .none, .shorter, .longer: break
    }
    // If the sizes differ, or the file ends too early, the bytes that were read are not the labels.
    guard let old = sealed.labels, let labels = now.labels, now.size == sealed.size,
      now.labelSize == sealed.labelSize, now.length >= sealed.size
    else { return }
    guard !hasSealedLabels else { return }
    let generation = (stored: "sequence \(labels.generation)", expected: "sequence \(old.generation)")
    let missing = old.namespaces.filter { !labels.namespaces.contains($0) }
    if !missing.isEmpty, labels.count <= LabelsFingerprint.namespaceLimit {
      add(
        .namespacesMissing,
        "\(missing.count) of \(old.count) namespaces are gone or have changed; seal "
          + "the backend if that was intended: \(missing.listing)",
        stored: generation.stored, expected: generation.expected, offset: sealed.labelOffset, hint: sealing())
    } else {
      let count = old.count == labels.count ? "still \(old.count)" : "\(old.count) before, \(labels.count) now"
      add(
        .labelsChanged, "the labels were changed since (namespaces: \(count))",
        stored: generation.stored, expected: generation.expected, offset: sealed.labelOffset, hint: sealing())
    }
  }
}
