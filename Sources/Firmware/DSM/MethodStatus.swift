/// The outcome of a request. The interfaces number the outcomes differently.
enum MethodStatus {
  case success
  /// The device does not know or support the request: one for labels that it does not have, for example.
  case notSupported
  /// The slot is empty.
  case noDevice
  /// The range does not lie in the label area or in an NVDIMM, or is longer than the transfer limit, or data is
  /// missing.
  case invalid
  case hardwareError
  /// There is no room to keep more.
  case noResources
  /// The state of the lock does not allow the request.
  case invalidState
  case wrongPassphrase
  /// The labels are not accessible until the DIMM is unlocked.
  case locked
  /// A status of the function's own, by its number.
  case extended(UInt32)
  /// A status that was injected for a test.
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
    case .extended(let number): number << 16 | 7
    case .injected(let status): status
    }
  }

  /// The status of `_DSM` of the root device (ACPI 6.5, 9.19.7).
  var busSpecific: UInt32 {
    switch self {
    case .success: 0
    case .notSupported, .hardwareError, .noResources, .invalidState, .wrongPassphrase, .locked, .extended: 1
    case .noDevice, .invalid: 2
    case .injected(let status): status
    }
  }

  /// The status of `_LSI`, `_LSR` and `_LSW` (ACPI 6.5, 6.5.10): failure or invalid parameters. Linux treats 3 as
  /// "locked" there, so no other meaning may use 3.
  var labelMethod: UInt32 {
    switch self {
    case .success: 0
    case .invalid: 2
    case .locked: 3
    case .notSupported, .noDevice, .hardwareError, .noResources, .invalidState, .wrongPassphrase, .extended,
      .injected:
      1
    }
  }
}

/// A request that did not succeed.
struct MethodRefusal: Error {
  let status: MethodStatus

  init(_ status: MethodStatus) { self.status = status }
}
