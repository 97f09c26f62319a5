/// How a request ended. The interfaces number the outcomes differently.
enum MethodStatus {
  case success
  /// The request is one that the device does not know or cannot do, as one for labels where there are none.
  case notSupported
  /// The slot is empty.
  case noDevice
  /// The range does not lie in the label area or in an NVDIMM, is longer than the transfer limit, or data is missing.
  case invalid
  case hardwareError
  /// There is no room for more of what is to be kept.
  case noResources
  /// The state of the lock does not allow it.
  case invalidState
  case wrongPassphrase
  /// The labels cannot be reached before the DIMM is unlocked.
  case locked
  /// An overwrite goes on.
  case busy
  /// There was no overwrite.
  case notStarted
  /// A fault that somebody asked for.
  case injected(UInt32)

  init(_ error: StorageFailure) {
    switch error {
    case .readOnly: self = .notSupported
    case .failed: self = .hardwareError
    }
  }

  /// The status of `_DSM` (NVDIMM DSM Interface, "Function Status Codes").
  var deviceSpecific: UInt32 {
    switch self {
    case .success: 0
    case .notSupported: 1
    case .noDevice: 2
    case .invalid: 3
    case .hardwareError: 4
    case .noResources: 8
    case .invalidState, .locked: 10
    case .wrongPassphrase: 11
    case .busy: 1 << 16 | 7
    case .notStarted: 2 << 16 | 7
    case .injected(let status): status
    }
  }

  /// The status of `_DSM` of the root device (ACPI 6.5, 9.19.7).
  var busSpecific: UInt32 {
    switch self {
    case .success: 0
    case .notSupported, .hardwareError, .noResources, .invalidState, .wrongPassphrase, .locked, .busy, .notStarted: 1
    case .noDevice, .invalid: 2
    case .injected(let status): status
    }
  }

  /// The status of `_LSI`, `_LSR` and `_LSW` (ACPI 6.5, 6.5.10): failure or invalid parameters.
  /// Linux takes 3 for "locked" there, so no other meaning may go out as 3.
  var labelMethod: UInt32 {
    switch self {
    case .success: 0
    case .invalid: 2
    case .locked: 3
    case .notSupported, .noDevice, .hardwareError, .noResources, .invalidState, .wrongPassphrase, .busy, .notStarted,
      .injected:
      1
    }
  }
}

/// A request ended otherwise than in success.
struct MethodRefusal: Error {
  let status: MethodStatus

  init(_ status: MethodStatus) { self.status = status }
}
