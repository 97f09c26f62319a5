package import PersistentMemory

/// What one release of QEMU will do with one backend and its NVDIMM.
package struct BackendPrediction: Equatable, Sendable {
  package enum Outcome: Equatable, Sendable {
    case starts
    case refuses(StartRefusal)
    /// An assertion fails.
    case crashes
    /// It tries for ever to open the path.
    case spins
    /// What stands at the path is nothing that is described.
    case unknown
  }

  /// What becomes of the backend before the guest runs. All sizes are in bytes.
  package enum Change: Equatable, Sendable {
    case none
    case created(size: UInt64)
    case extended(from: UInt64, to: UInt64)
    case truncated(from: UInt64, to: UInt64)
    /// Nothing changes, and nothing that the guest writes is kept.
    case volatile
  }

  package var outcome: Outcome
  package var change = Change.none
  /// Lines that QEMU prints and goes on.
  package var warnings: [String] = []
  /// Where the parts of the backend lie, where QEMU comes as far as to lay them out.
  package var geometry: BackendGeometry?
  /// Where the NVDIMM goes.
  package var placement: MemoryDevicePlacement.Placement?

  package init(_ outcome: Outcome = .starts) { self.outcome = outcome }

  /// QEMU's message where it refuses.
  package var message: String? {
    if case .refuses(let refusal) = outcome { refusal.description } else { nil }
  }
}
