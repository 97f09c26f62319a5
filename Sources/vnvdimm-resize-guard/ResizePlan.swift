import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// A planned change of a backend's length: the writes, and the objections.
struct ResizePlan {
  let path: String
  let before: BackendGeometry
  let after: BackendGeometry
  let changes: [LabelAreaChange]
  let transactions: [LabelTransaction]
  let findings: [Finding]
  /// The stored fingerprint of the backend.
  let sealed: LayoutFingerprint?
  /// Whether `--discard-data` permits the loss of data.
  private let discardsData: Bool

  /// Reads `backend` and plans the change. Throws if it cannot be planned.
  init(of backend: borrowing Backend, _ options: ResizeOptions) throws {
    path = options.path
    discardsData = options.discardData
    guard backend.kind == .regularFile else {
      throw CommandFailure(
        .unsupported, path, "a \(backend.kind.rawValue), whose length this program cannot change")
    }
    try backend.checkSettled()
    let seal = try options.start.seal(of: backend)
    sealed = seal.flatMap { $0.isOfPredecessor(of: backend) ? nil : $0.fingerprint }
    let now = try options.start.fingerprint(of: backend, sealed: sealed)
    do {
      let resized = try Self.backend(backend, now)
      let size = try Self.mappedSize(options.target, now)
      before = resized.geometry
      after = try resized.geometry(mappedSize: size)
      var examination = try ResizeExamination(
        resized, mappedSize: size, isAllowedToShrink: options.allowShrink)
      try examination.verify(resized, in: backend, slot: now.slot ?? 0)
      if let record = try ConditionFile.record(beside: backend) { examination.verify(record.condition) }
      let ofLayout = seal?.verification(of: backend, now).findings ?? []
      findings =
        ofLayout.filter { $0.severity == .error }.map(\.inOwnOptions)
        + examination.findings.map { $0.naming(examination.suitableSize) }
      changes =
        examination.namespacesCut.isEmpty || options.discardData
        ? try resized.changes(toMappedSize: size, losing: examination.namespacesCut) : []
      var transactions: [LabelTransaction] = []
      for change in changes {
        let written = transactions.flatMap(\.writtenRanges)
        let next = changes[0].before.map { change.holding(written, ofAreaAt: $0.offset) } ?? change
        transactions.append(try LabelTransaction(next, canGrow: true))
      }
      self.transactions = transactions
    } catch let refusal as MigrationRefusal {
      throw CommandFailure(
        refusal.status, path, refusal.description, hint: refusal.hint(for: MigrationCommand(path: path)))
    } catch let error as LabelTransactionError {
      throw CommandFailure(.damaged, options.path, error.description)
    }
  }

  /// Returns the backend, to the extent that a change of its length depends on it.
  private static func backend(
    _ backend: borrowing Backend, _ now: LayoutFingerprint
  ) throws -> ResizedBackend {
    let geometry: BackendGeometry
    do throws(GeometryError) {
      geometry = try BackendGeometry(mappedSize: now.size, labelSize: now.labelSize, alignment: now.align)
    } catch { throw MigrationRefusal.geometry(error) }
    guard backend.size >= now.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: now.size)
    }
    guard backend.size == now.size else { throw MigrationRefusal.tail(backend.size - now.size) }
    guard let offset = geometry.labelOffset else { return .unlabelled(geometry) }
    do throws(LabelAreaError) { try LabelArea.check(size: geometry.labelSize) } catch {
      throw MigrationRefusal.labelArea(error)
    }
    let area = try LabelArea(try backend.bytes(at: offset, count: Int(geometry.labelSize)))
    return .labelled(try LabelledBackend(area, geometry: geometry, length: backend.size))
  }

  /// Returns the new S.
  private static func mappedSize(_ target: ResizeTarget, _ now: LayoutFingerprint) throws -> UInt64 {
    guard let size = target.size(from: now.size) else {
      throw CommandFailure(
        .usage, "SIZE", "no file can have that length (stored \(ByteCount(now.size).precise))")
    }
    let page = now.arch.pageSize
    guard size.isMultiple(of: page) else {
      throw CommandFailure(
        .usage, "SIZE",
        "QEMU maps whole pages (stored \(ByteCount(size).precise), expected a multiple of "
          + "\(ByteCount(page)))",
        hint: size.alignedUp(to: page).map {
          .command(.typed(ResizeGuard.programName).replacingSize(by: $0))
        })
    }
    return size
  }

  /// Returns whether `finding` prevents the change despite the permissions.
  func forbids(_ finding: Finding) -> Bool {
    guard finding.severity == .error else { return false }
    return !(discardsData && ResizeRule(rawValue: finding.rule.id)?.isAboutData == true)
  }

  var status: ExitStatus { findings.contains(where: forbids) ? .damaged : .done }

  var changesAnything: Bool { before != after }

  /// All changes combined into one.
  var change: LabelAreaChange {
    changes.dropFirst().reduce(
      changes.first
        ?? LabelAreaChange(before: nil, after: nil, lengthBefore: before.mappedSize, lengthAfter: before.mappedSize)
    ) { $0.followed(by: $1) }
  }
}

extension Finding {
  /// Returns the finding with the call that avoids it; `size` is one that suits the guest.
  fileprivate func naming(_ size: UInt64?) -> Finding {
    let typed = ShellCommand.typed(ResizeGuard.programName)
    if rule == ResizeRule.shrink { return with(hint: .command(typed.with("--allow-shrink"))) }
    if rule == ResizeRule.mediaErrorsCut { return with(hint: .command(typed.with("--discard-data"))) }
    guard rule == ResizeRule.guestAlignment, let size else { return self }
    return with(hint: .command(typed.replacingSize(by: size)))
  }
}

extension ShellCommand {
  /// Returns this command with `size` in place of the given size, which is the last word that is a size.
  fileprivate func replacingSize(by size: UInt64) -> ShellCommand {
    replacingLast(by: ByteCount(size).argument) { (try? ResizeTarget(parsing: $0)) != nil }
  }
}

extension ResizeExamination {
  /// Examines the data of `resized`, which `backend` holds, and the guest's view of it.
  fileprivate mutating func verify(
    _ resized: ResizedBackend, in backend: borrowing Backend, slot: Int
  ) throws(BackendError) {
    // A non-copyable value cannot be captured by an escaping closure; these do not escape.
    try verifyGuest(of: resized, slot: slot) { (offset, count) throws(BackendError) in
      try backend.read(at: offset, count: count)
    }
    // Space that no namespace owns any more has no owner, except for known contents.
    let isUnclaimed = windows.contains { $0.place == .unclaimed }
    guard resized.isOneNamespace || isUnclaimed else { return }
    var contents: [StoredContents] = []
    for window in windows {
      let found = try backend.contents(of: window)
      contents += found
      guard movesEnd, window.place == .region else { continue }
      verifyEnd(found, knownByEnd: try backend.contentsKnownByEnd(of: window, found), path: backend.path.string)
    }
    if verify(contents) || isUnclaimed { return }
    if contents.isEmpty {
      try verifyUnknown { (range) throws(BackendError) in try backend.isBlank(range) }
    }
    try verifyData(of: resized) { (range) throws(BackendError) in try backend.isBlank(range) }
  }
}
