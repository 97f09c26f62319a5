/// How a label request ended. The two interfaces number the outcomes differently.
enum LabelStatus {
  case success
  /// The device has no label area, or the request is one that it does not know or cannot do.
  case notSupported
  /// The slot is empty.
  case noDevice
  /// The range does not lie in the label area, is longer than the transfer limit, or data is missing.
  case invalid
  case hardwareError

  init(_ error: LabelStorageError) {
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
    }
  }

  /// The status of `_LSI`, `_LSR` and `_LSW` (ACPI 6.5, 6.5.10): failure or invalid parameters.
  /// Linux takes 3 for "locked" there, so no other meaning may go out as 3.
  var labelMethod: UInt32 {
    switch self {
    case .success: 0
    case .invalid: 2
    case .notSupported, .noDevice, .hardwareError: 1
    }
  }
}
