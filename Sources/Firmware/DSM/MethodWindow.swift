package import Basics

/// The layout of the method window, the memory through which the guest's NVDIMM methods reach the VMM.
///
/// **Request.** A method writes the header and its argument to the start of the window, then the number of bytes
/// written, as four bytes, to `GuestPlatform.methodDoorbellPort`: the only exit of the call. The VMM copies that many
/// bytes, at most `requestLimit`, out of the window before it examines them, since another vCPU can change the window
/// at any time. It passes the copy to `DeviceMethods.handle(request:)` and copies the whole answer to the start of the
/// window before the vCPU continues. Writes of another width are ignored, reads return 0.
///
/// **Response.** It overwrites the request: the number of bytes of the result, twelve unused bytes, the result.
///
/// **Cost.** ACPICA moves a field in accesses of at most eight bytes, each of some 400 instructions (Linux 6.1) and no
/// exit. The window is therefore covered by overlapping fields of rising size (`tiers`), and a method uses the smallest
/// that suffices: two accesses for the most frequent requests (available functions, label size, status), 8194 for 64
/// KiB of label data.
package enum MethodWindow {
  /// `slot + 1`; 0 if the request concerns no NVDIMM.
  package static let handle = Field<UInt32>("handle", at: 0)
  /// The calling method: `Method`'s raw value.
  package static let method = Field<UInt32>("method", at: 4)
  /// The third argument of `_DSM`. Its first, the interface, is checked in the guest.
  package static let function = Field<UInt32>("function", at: 8)
  /// The second argument of `_DSM`: 1 or 2.
  package static let revision = Field<UInt32>("revision", at: 12)

  /// In a response: the size of the result in bytes.
  package static let resultLength = Field<UInt32>("result length", at: 0)

  /// The number of bytes before the argument, and before the result.
  package static let headerSize = 16

  /// The maximum number of bytes of label data in one call.
  package static let transferLimit = 0x1_0000
  /// The size of the longest argument (`_LSW`: offset and length of eight bytes each, then data) and of the longest
  /// result.
  package static let payloadLimit = 16 + transferLimit
  /// The size of the longest request and of the longest response.
  package static let requestLimit = headerSize + payloadLimit

  /// The sizes of the fields that cover argument and result: 16 bytes, and 16 bytes with the usual lengths of label
  /// data, which are those of a label (128, 256) and of reads by ndctl and the kernel.
  static let tiers = [0, 0x80, 0x100, 0x400, 0x1000, 0x4000, transferLimit].map { 16 + $0 }

  /// The control method behind a request.
  package enum Method: UInt32 {
    /// `_DSM`; of the root device if the handle is 0. Argument: the contents of the buffer in its fourth argument.
    case deviceSpecific = 0
    /// `_LSI`. No argument. Result: status, size, transfer limit, four bytes each.
    case labelInformation = 1
    /// `_LSR`. Argument: offset and length, eight bytes each. Result: a four-byte status, data.
    case labelRead = 2
    /// `_LSW`. Argument: offset and length, eight bytes each, data. Result: a four-byte status.
    case labelWrite = 3
    /// `_FIT`. No argument. Result: the structures of the NFIT.
    case interfaceTable = 4
  }
}
