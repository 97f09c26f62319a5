import PersistentMemory

/// What stands at the path of a backend before QEMU starts.
package enum BackendState: Equatable, Sendable {
  /// A regular file of so many bytes, of which there may be none.
  case file(size: UInt64)
  /// A block device of so many bytes.
  case device(size: UInt64)
  /// A DAX device of so many bytes, mapped in units of `alignment` bytes.
  case daxDevice(size: UInt64, alignment: UInt64)
  /// Nothing, in a folder where it can be created.
  case missing
  /// A symbolic link to nothing.
  case danglingLink
  case directory
  /// Something that cannot be mapped: a fifo.
  case unmappable
  /// `/dev/zero` and its like: mapped, and forgotten.
  case zeroDevice
  case nullDevice
  /// It cannot be opened for reading and writing, or not be created, for a reason in the words of strerror(3).
  case inaccessible(String)
  /// Of this kind of thing no behaviour is known.
  case other
}

extension BackendState {
  /// What there is at the path with a slash behind it, which only a folder can be opened by, and nothing created.
  package var asFolder: BackendState {
    switch self {
    case .directory, .inaccessible: self
    case .missing, .danglingLink: .inaccessible("Is a directory")
    default: .inaccessible("Not a directory")
    }
  }
}

/// What a QEMU command line asks of one file backend and its NVDIMM, as far as sizes are concerned.
package struct BackendRequest: Equatable, Sendable {
  /// Of the memory backend; it occurs in messages.
  package var id: String
  package var path: String
  /// S, in bytes: `size=`.
  package var size: UInt64
  /// L, in bytes: `label-size=`; nil where the option is not given, which is not the same as 0.
  package var labelSize: UInt64?
  /// A, in bytes: `align=`; 0 is what QEMU takes for "not given".
  package var alignment: UInt64
  /// `readonly=on`.
  package var isReadOnly = false
  /// `offset=`, in bytes: where in the file the device begins. (since 8.1)
  package var offset: UInt64 = 0

  package init(id: String, path: String, size: UInt64, labelSize: UInt64? = nil, alignment: UInt64 = 0) {
    self.id = id
    self.path = path
    self.size = size
    self.labelSize = labelSize
    self.alignment = alignment
  }
}

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
  /// Where the NVDIMM goes.
  package var placement: MemoryDevicePlacement.Placement?

  package init(_ outcome: Outcome = .starts) { self.outcome = outcome }
}
