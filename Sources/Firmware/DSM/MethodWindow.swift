package import Basics

/// The layout of the method window, the memory through which the guest's NVDIMM methods reach the VMM.
///
/// **Request.** A method writes the header and its argument at the start of the window, then a four-byte
/// number, the bytes written, to `GuestPlatform.methodDoorbellPort`: the one exit of the call. The VMM
/// copies that many bytes, at most `requestLimit`, out of the window before it looks at any of them, since
/// another vCPU can change the window at any time; it gives the copy to `DeviceMethods.handle(request:)`
/// and copies the whole answer to the start of the window before the vCPU goes on. Writes of another width
/// are ignored, reads give 0.
///
/// **Response.** It lies over the request: the number of bytes of the result, twelve unused bytes, the
/// result.
///
/// **Cost.** ACPICA moves a field in accesses of at most eight bytes, each of some 400 instructions
/// (Linux 6.1) and no exit. The window is therefore covered by overlapping fields of rising size
/// (`tiers`) and a method uses the smallest that serves: two accesses for what is asked most (which
/// functions are there, label size, status), 8194 for 64 KiB of label data.
package enum MethodWindow {
  /// `slot + 1`; 0 where the request concerns no NVDIMM.
  package static let handle = Field<UInt32>("handle", at: 0)
  /// Which method called: `Method`'s raw value.
  package static let method = Field<UInt32>("method", at: 4)
  /// The third argument of `_DSM`. Its first, the interface, is checked in the guest.
  package static let function = Field<UInt32>("function", at: 8)
  /// The second argument of `_DSM`: 1 or 2.
  package static let revision = Field<UInt32>("revision", at: 12)

  /// In a response: the bytes of the result.
  package static let resultLength = Field<UInt32>("result length", at: 0)

  /// The bytes before the argument, and before the result.
  package static let headerSize = 16

  /// The label data that one call moves.
  package static let transferLimit = 0x1_0000
  /// The longest argument (`_LSW`: offset and length of eight bytes each, then data) and the longest result.
  package static let payloadLimit = 16 + transferLimit
  /// The longest request and the longest response.
  package static let requestLimit = headerSize + payloadLimit

  /// The sizes of the fields that lie over argument and result: 16 bytes, and 16 bytes with the usual
  /// lengths of label data, which are those of a label (128, 256) and of ndctl's and the kernel's reads.
  static let tiers = [0, 0x80, 0x100, 0x400, 0x1000, 0x4000, transferLimit].map { 16 + $0 }

  /// The control method behind a request.
  package enum Method: UInt32 {
    /// `_DSM`, of the root device where the handle is 0. Argument: the contents of the buffer in its fourth argument.
    case deviceSpecific = 0
    /// `_LSI`. No argument. Result: status, size, transfer limit, four bytes each.
    case labelInformation = 1
    /// `_LSR`. Argument: offset and length, eight bytes each. Result: status of four bytes, data.
    case labelRead = 2
    /// `_LSW`. Argument: offset and length, eight bytes each, data. Result: status of four bytes.
    case labelWrite = 3
    /// `_FIT`. No argument. Result: the structures of the NFIT.
    case interfaceTable = 4
  }
}
