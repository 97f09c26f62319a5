/// The label area of one NVDIMM, as accessed by the guest's label methods.
///
/// Called on the thread of the vCPU that made the request, one request at a time.
package protocol LabelStorage: Sendable {
  /// The size of the area in bytes.
  var size: UInt64 { get }

  /// Reads `count` bytes from `offset`; the range lies within the area and is not empty.
  func read(at offset: UInt64, count: Int) throws(StorageFailure) -> [UInt8]

  /// Writes `bytes` at `offset`; the range lies within the area and is not empty.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(StorageFailure)
}

/// The persistent memory of one NVDIMM, as changed by its methods.
package protocol MediaStorage: Sendable {
  /// Whether its bytes cannot be erased.
  var isReadOnly: Bool { get }

  /// Clears the bytes of the DPA `range`, which lies within the guest's region.
  func erase(_ range: Range<UInt64>) throws(StorageFailure)

  /// Durably completes the erasure that its security state demands, and returns when nothing is left to erase.
  func finishErasure() throws(StorageFailure)

  /// Starts the erasure while the guest continues.
  func startErasure()
}

/// Why data could not be read or written.
package enum StorageFailure: Error {
  /// The backend is read-only.
  case readOnly
  /// The backend failed: there was an I/O error, or it has become shorter.
  case failed
}
