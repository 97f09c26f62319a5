import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// A backend that `run` protects from changes by other programs of the suite while a guest uses it.
final class GuardedBackend {
  let path: String
  private let backend: Backend
  private let start: StartOptions
  /// Whether the options apply to no other backend.
  private let isAlone: Bool
  private var length: UInt64
  /// The layout with which the guest is started.
  fileprivate let layout: LayoutFingerprint

  /// Locks and verifies the backend at `path`. Throws if it is in use, or differs from its seal.
  init(_ path: String, _ start: StartOptions, isAlone: Bool, quiet: Bool) throws {
    self.path = path
    self.start = start
    self.isAlone = isAlone
    // Exclusively for a moment, so that no change is in progress; then shared, so that a guest of the suite can use it.
    let backend = try Backend.locked(FilePath(path), .readOnly, .exclusive)
    try backend.checkUnused(for: ResizeGuard.programName)
    try backend.checkSettled()
    let answer = try LayoutAnswer(verifying: backend, start, isAlone: isAlone)
    layout = answer.fingerprint
    if answer.status == .damaged || !quiet { Self.diagnose(answer.findings, path) }
    guard answer.status != .damaged else { throw ExitStatus.damaged.exitCode }
    try backend.lock(.shared)
    length = backend.size
    self.backend = backend
  }

  /// The rules for the layout of the backend.
  var rules: SizingRules { start.rules(sealed: layout) }

  private static func diagnose(_ findings: [Finding], _ path: String) {
    for finding in findings { StandardStream.diagnose(finding, of: ResizeGuard.programName, about: path) }
  }

  /// Reports, once for each change, that the length of the file has changed.
  func look() {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return }
    let now = UInt64(clamping: status.size)
    guard now != length else { return }
    StandardStream.diagnose(
      "\(ResizeGuard.programName): \(path.escapedForTerminal): its length changed while the guest has it "
        + "(stored \(ByteCount(now).precise), expected \(ByteCount(length).precise))")
    length = now
  }

  /// The rules whose findings the guest's own work does not explain.
  private static let afterwards: Set<Rule> = Set(
    [LayoutRule.truncated, .extended, .replaced, .older, .labelsUnreadable].map { Rule($0) })

  /// Verifies the backend after the guest has ended, and seals it as the guest left it. Returns whether there is no
  /// problem.
  func verifyAfterwards() throws -> Bool {
    look()
    let backend = try Backend(path: FilePath(path))
    let answer = try LayoutAnswer(verifying: backend, start, isAlone: isAlone)
    let findings = answer.findings.filter { Self.afterwards.contains($0.rule) }
    Self.diagnose(findings, path)
    guard findings.isEmpty else { return false }
    if case .attribute = answer.place {
      _ = try Seal.keep(answer.fingerprint, of: backend, start)
    } else if case .file(let place) = answer.place {
      do throws(LayoutSealError) {
        _ = try LayoutSeal.keep(answer.fingerprint, of: backend, sidecar: place)
      } catch { throw error.failure(of: path) }
    }
    return true
  }
}

extension [GuardedBackend] {
  /// Returns the start of a machine with these backends, each with the layout that is verified.
  func start(under rules: SizingRules, on host: HostView) -> Start {
    var start = PathStart()
    let layouts = map(\.layout)
    start.mappedSizes = layouts.map(\.size)
    start.labelSizes = layouts.map { $0.labelSize == 0 ? .none : .exactly($0.labelSize) }
    start.alignment = layouts.lazy.map(\.align).first { $0 > 0 }
    start.slotNumbers = layouts.map { $0.slot ?? -1 }
    return start.start(of: map(\.path), under: rules, on: host)
  }
}
