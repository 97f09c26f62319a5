import Basics
import Storage
import Synchronization
package import SystemPackage

/// A failure of the backend of an NVDIMM while its guest runs.
package struct BackendFailure: Error, Hashable, Sendable {
  package enum Fact: Hashable, Sendable {
    /// The guest's writes cannot be flushed to the disk.
    case notDurable(Errno)
    /// The file was made shorter than the part that the guest uses.
    case truncated(stored: UInt64, expected: UInt64)
    /// The guest writes to a hole of a sparse file, and there is no space left for it.
    case noSpace(Errno)
    /// The host's memory, or the medium that it maps, failed at this offset.
    case mediumFailed(offset: UInt64)
    /// A part of the file can be neither read nor written.
    case labelsUnreachable
  }

  package let slot: Int
  /// The path of the backend; `nil` if it is RAM.
  package let path: FilePath?
  package let fact: Fact

  package init(_ dimm: DIMM, _ fact: Fact) {
    slot = dimm.slot
    path = dimm.file?.backend.path
    self.fact = fact
  }

  /// The subject of messages.
  package var subject: String { path?.string ?? "NVDIMM in slot \(slot)" }
}

extension BackendFailure: CustomStringConvertible {
  package var description: String {
    switch fact {
    case .notDurable(let error): "what the guest wrote cannot be made durable: \(error)"
    case .truncated(let stored, let expected):
      "became shorter under its guest (stored \(ByteCount(stored).precise), expected \(ByteCount(expected).precise))"
    case .noSpace(let error): "\(error); the guest waits until there is space for what it writes"
    case .mediumFailed(let offset): "the host's memory failed at \(offset.hex); the guest gets an error there"
    case .labelsUnreachable: "the host cannot read or write a part of the label area"
    }
  }
}

/// Reports failures of backends to the operator at once, from any thread.
package final class BackendAlarm: Sendable {
  private struct State: Sendable {
    var ring: @Sendable (BackendFailure) -> Void = { _ in }
    /// The time when each failure was last raised.
    var raised: [BackendFailure: ContinuousClock.Instant] = [:]
  }

  private let state = Mutex(State())
  /// A failure that has not been raised for this long counts as repaired, and is reported again if it recurs.
  private let quiet: Duration

  package init(quiet: Duration = .seconds(10)) { self.quiet = quiet }

  /// Passes failures to `ring` from now on.
  package func connect(_ ring: @escaping @Sendable (BackendFailure) -> Void) { state.withLock { $0.ring = ring } }

  /// Reports `failure`, unless it was reported before and persists: a guest tries again and again, with all its
  /// NVDIMMs.
  package func raise(_ failure: BackendFailure) {
    let now = ContinuousClock.now
    let ring = state.withLock { state in
      let last = state.raised.updateValue(now, forKey: failure)
      return last.map { now - $0 < quiet } == true ? nil : state.ring
    }
    ring?(failure)
  }
}
