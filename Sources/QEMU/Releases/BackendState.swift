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
