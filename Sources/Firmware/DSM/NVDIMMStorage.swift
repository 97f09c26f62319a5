/// The label area of one NVDIMM, as the guest's label methods reach it.
///
/// Called on the thread of whichever vCPU made the request, one request at a time.
package protocol LabelStorage: Sendable {
  /// The bytes of the area.
  var size: UInt64 { get }

  /// The `count` bytes from `offset` on; the range lies within the area and is not empty.
  func read(at offset: UInt64, count: Int) throws(StorageFailure) -> [UInt8]

  /// Replaces the bytes from `offset` on by `bytes`; the range lies within the area and is not empty.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(StorageFailure)
}

/// The persistent memory of one NVDIMM, as functions of its methods change it.
package protocol MediaStorage: Sendable {
  /// Nothing of it can be erased.
  var isReadOnly: Bool { get }

  /// Makes the bytes of `range`, which lie in the guest's region and are addressed by DPA, zero.
  func erase(_ range: Range<UInt64>) throws(StorageFailure)

  /// Erases, durably, what its security says is to be, and returns when nothing is left of it.
  func finishErasure() throws(StorageFailure)

  /// The same, while the guest goes on.
  func startErasure()
}

/// Why data could not be moved.
package enum StorageFailure: Error {
  /// The backend takes no writes.
  case readOnly
  /// The backend failed: an I/O error, or it has become shorter than it was.
  case failed
}
