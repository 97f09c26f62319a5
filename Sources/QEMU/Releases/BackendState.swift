import PersistentMemory

/// What the path of a backend leads to before QEMU starts.
package enum BackendState: Equatable, Sendable {
  /// A regular file of `size` bytes, possibly 0.
  case file(size: UInt64)
  /// A block device of `size` bytes.
  case device(size: UInt64)
  /// A DAX device of `size` bytes, mapped in units of `alignment` bytes.
  case daxDevice(size: UInt64, alignment: UInt64)
  /// Nothing, but the file can be created in the folder.
  case missing
  /// A symbolic link whose target does not exist.
  case danglingLink
  case directory
  /// Something that cannot be mapped: a fifo.
  case unmappable
  /// `/dev/zero` and the like: mappable, but nothing is retained.
  case zeroDevice
  case nullDevice
  /// The file cannot be opened for reading and writing, or cannot be created; the reason is in the words of
  /// strerror(3).
  case inaccessible(String)
  /// A kind of file whose behavior is not known.
  case other
}

extension BackendState {
  /// What the path with a trailing slash leads to. Such a path can open only a folder and cannot create anything.
  package var asFolder: BackendState {
    switch self {
    case .directory, .inaccessible: self
    case .missing, .danglingLink: .inaccessible("Is a directory")
    default: .inaccessible("Not a directory")
    }
  }
}

/// What a QEMU command line requests of one file backend and its NVDIMM with respect to sizes.
package struct BackendRequest: Equatable, Sendable {
  /// The id of the memory backend, which occurs in messages.
  package var id: String
  package var path: String
  /// The mapped size S in bytes: `size=`.
  package var size: UInt64
  /// The label size L in bytes: `label-size=`; `nil` if the option is not given, which is not the same as 0.
  package var labelSize: UInt64?
  /// The alignment A in bytes: `align=`; QEMU takes 0 as "not given".
  package var alignment: UInt64
  /// `readonly=on`.
  package var isReadOnly = false
  /// `offset=`, in bytes: the start of the device in the file. (since 8.1)
  package var offset: UInt64 = 0

  package init(id: String, path: String, size: UInt64, labelSize: UInt64? = nil, alignment: UInt64 = 0) {
    self.id = id
    self.path = path
    self.size = size
    self.labelSize = labelSize
    self.alignment = alignment
  }
}

/// What one release of QEMU does with one backend and its NVDIMM.
package struct BackendPrediction: Equatable, Sendable {
  package enum Outcome: Equatable, Sendable {
    case starts
    case refuses(StartRefusal)
    /// An assertion fails.
    case crashes
    /// QEMU tries endlessly to open the path.
    case spins
    /// The outcome is not known, because what the path leads to is not described.
    case unknown
  }

  /// The change of the backend before the guest runs. All sizes are in bytes.
  package enum Change: Equatable, Sendable {
    case none
    case created(size: UInt64)
    case extended(from: UInt64, to: UInt64)
    case truncated(from: UInt64, to: UInt64)
    /// Nothing changes, and the guest's writes are not retained.
    case volatile
  }

  package var outcome: Outcome
  package var change = Change.none
  /// The warnings that QEMU prints.
  package var warnings: [String] = []
  /// The placement of the NVDIMM.
  package var placement: MemoryDevicePlacement.Placement?

  package init(_ outcome: Outcome = .starts) { self.outcome = outcome }
}
