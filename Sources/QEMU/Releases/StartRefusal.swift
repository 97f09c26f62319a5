import Basics
import PersistentMemory

/// The reason why QEMU does not start with a backend, or with the NVDIMM on it. All values are in bytes.
package enum StartRefusal: Error, Hashable, Sendable {
  case cannotOpen(path: String, reason: String)
  case cannotMap(reason: String)
  /// A DAX device maps only multiples of `unit` bytes, at addresses that are multiples of `unit`.
  case notMappedInUnits(unit: UInt64)
  case backendTooShort(length: UInt64, size: UInt64)
  /// The message before 5.0, with the path that QEMU names; `nil` if the message lacks it.
  case fileTooShort(path: String?, length: UInt64, size: UInt64)
  /// The message since 10.0.
  case backendTooShortFor(id: String, length: UInt64, size: UInt64, offset: UInt64)
  case alignmentNotPageMultiple(alignment: UInt64, pageSize: UInt64)
  case alignmentNotPowerOfTwo(UInt64)
  /// (since 8.1)
  case offsetNotPageMultiple(offset: UInt64, pageSize: UInt64)
  case sizeNotPageMultiple(pageSize: UInt64)
  /// On a hugetlbfs.
  case smallerThanPage(size: UInt64, pageSize: UInt64)
  case tooFewHugePages(needed: UInt64, room: UInt64)
  case labelTooSmall(UInt64)
  case noRoomForRegion(id: String, size: UInt64, labelSize: UInt64, alignment: UInt64)
  case labelRequired
  case regionNotGranular
  /// The region is the whole backend, and not a multiple of the alignment. (2.6)
  case sizeNotMultiple(alignment: UInt64)
  case memory(MemoryDeviceError)
}

extension StartRefusal: CustomStringConvertible {
  /// QEMU's message, without the name of the program and without the argument.
  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "can't open backing store \(path) for guest RAM: \(reason)"
    case .cannotMap(let reason): "unable to map backing store for guest RAM: \(reason)"
    case .notMappedInUnits: Self.cannotMap(reason: "Invalid argument").description
    case .backendTooShort(let length, let size):
      "backing store size \(length.hex) does not match 'size' option \(size.hex)"
    case .fileTooShort(let path, let length, let size):
      "backing store \(path ?? "(null)") size \(length.hex) does not match 'size' option \(size.hex)"
    case .backendTooShortFor(let id, let length, let size, let offset):
      "\(id) backing store size \(length.hex) is too small for 'size' option \(size.hex) plus 'offset' option "
        + offset.hex
    case .alignmentNotPageMultiple(let alignment, let pageSize):
      "alignment \(alignment.hex) must be multiples of page size \(pageSize.hex)"
    case .offsetNotPageMultiple(let offset, let pageSize):
      "offset \(offset.hex) must be multiples of page size \(pageSize.hex)"
    case .alignmentNotPowerOfTwo(let alignment): "alignment \(alignment.hex) must be a power of two"
    case .sizeNotPageMultiple(let pageSize):
      "backend 'memory-backend-file' memory size must be multiple of \(ByteCount(pageSize))"
    case .smallerThanPage(let size, let pageSize):
      "memory size \(size.hex) must be equal to or larger than page size \(pageSize.hex)"
    case .tooFewHugePages: Self.cannotMap(reason: "Cannot allocate memory").description
    case .labelTooSmall(let size):
      "Property 'nvdimm.label-size' (\(size.hex)) is required at least \(BackendGeometry.smallestLabelSize.hex)"
    case .noRoomForRegion(let id, let size, let labelSize, let alignment):
      "the size of memdev \(id) (\(size.hex)) is too small to contain nvdimm label (\(labelSize.hex)) "
        + "and aligned PMEM (\(alignment.hex))"
    case .labelRequired: "PAPR requires NVDIMM devices to have label-size set"
    case .regionNotGranular: "PAPR requires NVDIMM memory size (excluding label) to be a multiple of 256MB"
    case .sizeNotMultiple(let alignment): "backend memory size must be multiple of \(alignment.hex)"
    case .memory(let error): error.description
    }
  }
}
