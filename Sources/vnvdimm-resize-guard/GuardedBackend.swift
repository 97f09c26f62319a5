import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// A backend that `run` keeps others of the suite from changing, while a guest has it.
final class GuardedBackend {
  let path: String
  private let backend: Backend
  private let start: StartOptions
  /// Whether what is said counts for no other backend.
  private let isAlone: Bool
  private var length: UInt64
  /// The layout with which the guest is started.
  fileprivate let layout: LayoutFingerprint

  /// Locks and verifies the backend at `path`. Throws where it is in use, or not as sealed.
  init(_ path: String, _ start: StartOptions, isAlone: Bool, quiet: Bool) throws {
    self.path = path
    self.start = start
    self.isAlone = isAlone
    // For a moment, so that nobody is in the midst of a change; then shared, so that a guest of the suite can have it.
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

  /// Those by which the backend is laid out.
  var rules: SizingRules { start.rules(sealed: layout) }

  private static func diagnose(_ findings: [Finding], _ path: String) {
    for finding in findings { StandardStream.diagnose(finding, of: ResizeGuard.programName, about: path) }
  }

  /// Says so, once for each change, where the file has another length than before.
  func look() {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return }
    let now = UInt64(clamping: status.size)
    guard now != length else { return }
    StandardStream.diagnose(
      "\(ResizeGuard.programName): \(path.escapedForTerminal): its length changed while the guest has it "
        + "(stored \(ByteCount(now).precise), expected \(ByteCount(length).precise))")
    length = now
  }

  /// Rules that the guest's own work does not explain.
  private static let afterwards: Set<Rule> = Set(
    [LayoutRule.truncated, .extended, .replaced, .older, .labelsUnreadable].map { Rule($0) })

  /// Verifies the backend once the guest is through with it, and seals it as the guest left it. Answers whether all is
  /// well.
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
  /// The start of a machine that has these backends, each laid out as it is verified.
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
