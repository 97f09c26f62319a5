import Basics
import Storage
import Synchronization
package import SystemPackage

/// What happened to the backend of an NVDIMM while its guest ran.
package struct BackendFailure: Error, Hashable, Sendable {
  package enum Fact: Hashable, Sendable {
    /// What the guest wrote cannot be brought to the disk.
    case notDurable(Errno)
    /// Somebody made the file shorter than what the guest has of it.
    case truncated(stored: UInt64, expected: UInt64)
    /// The guest writes to a part of a sparse file that has no space yet, and there is none.
    case noSpace(Errno)
    /// The memory of the host, or the medium that it maps, has failed at this offset.
    case mediumFailed(offset: UInt64)
    /// A part of the file can be neither read nor written.
    case labelsUnreachable
  }

  package let slot: Int
  /// The path of the backend; nil where it is RAM.
  package let path: FilePath?
  package let fact: Fact

  package init(_ dimm: DIMM, _ fact: Fact) {
    slot = dimm.slot
    path = dimm.file?.backend.path
    self.fact = fact
  }

  /// What it is about, for messages.
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

/// Tells the operator of a backend that fails, from whichever thread notices and as soon as it does.
package final class BackendAlarm: Sendable {
  private struct State: Sendable {
    var ring: @Sendable (BackendFailure) -> Void = { _ in }
    /// When each was raised last.
    var raised: [BackendFailure: ContinuousClock.Instant] = [:]
  }

  private let state = Mutex(State())
  /// A failure that is not raised for so long was mended, and is told again when it comes back.
  private let quiet: Duration

  package init(quiet: Duration = .seconds(10)) { self.quiet = quiet }

  /// From now on failures go to `ring`.
  package func connect(_ ring: @escaping @Sendable (BackendFailure) -> Void) { state.withLock { $0.ring = ring } }

  /// Tells of `failure`, unless that was told and goes on: a guest tries again and again, with all its NVDIMMs.
  package func raise(_ failure: BackendFailure) {
    let now = ContinuousClock.now
    let ring = state.withLock { state in
      let last = state.raised.updateValue(now, forKey: failure)
      return last.map { now - $0 < quiet } == true ? nil : state.ring
    }
    ring?(failure)
  }
}
