import CLinux
import Synchronization
import SystemPackage

/// Failures of backends on their way from the CPUs' threads to the emulation's loop.
final class FailureQueue: Sendable {
  private let failures = Mutex<[BackendFailure]>([])
  private let event: HostEvent

  init() throws(Errno) { event = try HostEvent() }

  /// Readable while there are some.
  var descriptor: FileDescriptor { event.descriptor }

  func add(_ failure: BackendFailure) {
    failures.withLock { $0.append(failure) }
    event.send()
  }

  /// Those that came since the last call.
  func takeAll() -> [BackendFailure] {
    clinux_drain(event.descriptor.rawValue)
    return failures.withLock { failures in
      defer { failures = [] }
      return failures
    }
  }
}
