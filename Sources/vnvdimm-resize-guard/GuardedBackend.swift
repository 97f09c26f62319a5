import Basics
import CommandSupport
import QEMU
import Storage
import SystemPackage

/// A backend that `run` keeps others of the suite from changing, while a guest has it.
final class GuardedBackend {
  let path: String
  private let backend: Backend
  private let start: StartOptions
  private var length: UInt64

  /// Locks and verifies the backend at `path`. Throws where it is in use, or not as sealed.
  init(_ path: String, _ start: StartOptions, quiet: Bool) throws {
    self.path = path
    self.start = start
    let backend = try Backend(path: FilePath(path))
    // For a moment, so that nobody is in the midst of a change; then shared, so that a guest of the suite can have it.
    try backend.lock(.exclusive)
    try backend.checkUnused(for: ResizeGuard.programName)
    if try backend.unfinishedChange() != nil { throw BackendError(backend.path, .unfinishedChange) }
    let answer = try LayoutAnswer(verifying: backend, start)
    if answer.status == .damaged || !quiet { Self.diagnose(answer.findings, path) }
    guard answer.status != .damaged else { throw ExitStatus.damaged.exitCode }
    try backend.lock(.shared)
    length = backend.size
    self.backend = backend
  }

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
  private static let afterwards: Set<String> = Set(
    [
      LayoutRule.truncated, .extended, .replaced, .older, .labelsUnreadable,
    ].map(\.rawValue))

  /// Verifies the backend once the guest is through with it, and seals it as the guest left it. Answers whether all is
  /// well.
  func verifyAfterwards() throws -> Bool {
    look()
    let backend = try Backend(path: FilePath(path))
    let answer = try LayoutAnswer(verifying: backend, start)
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
