import Basics

/// A scrub for media errors: its address range and its results.
///
/// It takes no time. Source: ACPI 6.5, 9.19.7.6 (Query Address Range Scrub Status).
struct AddressRangeScrub: Sendable {
  /// An unreadable range, in the guest's addresses.
  struct Record: Sendable, Equatable {
    let handle: UInt32
    let range: Range<UInt64>
  }

  private enum StatusField {
    static let status = Field<UInt32>("status", at: 0)
    static let length = Field<UInt32>("output length", at: 4)
    static let address = Field<UInt64>("performed ARS address", at: 8)
    static let size = Field<UInt64>("performed ARS length", at: 16)
    static let restartAddress = Field<UInt64>("restart ARS address", at: 24)
    static let restartSize = Field<UInt64>("restart ARS length", at: 32)
    static let type = Field<UInt16>("performed ARS type", at: 40)
    static let flags = Field<UInt16>("ARS flags", at: 42)
    static let count = Field<UInt32>("number of error records", at: 44)
    static let headerSize = 48
    static let recordSize = 24

    /// Extended status values: no scrub since the guest's start; ended early because there was no room for more
    /// records.
    static let never: UInt32 = 2 << 16
    static let endedEarly: UInt32 = 3 << 16
    static let overflow: UInt16 = 1
  }

  /// The maximum number of records of one scrub: its status lies in one field of the method window.
  static let recordLimit = 168
  /// The size of the longest status in bytes.
  static let statusLimit = StatusField.headerSize + StatusField.recordSize * recordLimit

  /// The status if there has been no scrub.
  static let none: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: StatusField.headerSize)
    bytes[StatusField.status] = StatusField.never
    bytes[StatusField.length] = UInt32(bytes.count - 4)
    return bytes
  }()

  private let range: Range<UInt64>
  private let type: UInt16
  private let records: [Record]
  /// The address from which to continue the scrub, if it ended early.
  private let restart: UInt64?

  /// Makes a scrub of `range` that finds `errors`, in ascending order.
  init(_ range: Range<UInt64>, type: UInt16, errors: [Record]) {
    self.range = range
    self.type = type
    records = Array(errors.prefix(Self.recordLimit))
    restart = errors.count > Self.recordLimit ? errors[Self.recordLimit].range.lowerBound : nil
  }

  /// The result of the function.
  var status: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: StatusField.headerSize)
    let end = restart ?? range.upperBound
    bytes[StatusField.status] = restart == nil ? 0 : StatusField.endedEarly
    bytes[StatusField.length] = UInt32(StatusField.headerSize + StatusField.recordSize * records.count - 4)
    bytes[StatusField.address] = range.lowerBound
    bytes[StatusField.size] = end - range.lowerBound
    bytes[StatusField.restartAddress] = restart ?? 0
    bytes[StatusField.restartSize] = range.upperBound - end
    bytes[StatusField.type] = type
    bytes[StatusField.flags] = restart == nil ? 0 : StatusField.overflow
    bytes[StatusField.count] = UInt32(records.count)
    for record in records {
      bytes.append(littleEndian: record.handle)
      bytes.append(littleEndian: UInt32(0))
      bytes.append(littleEndian: record.range.lowerBound)
      bytes.append(littleEndian: record.range.upperBound - record.range.lowerBound)
    }
    return bytes
  }
}
