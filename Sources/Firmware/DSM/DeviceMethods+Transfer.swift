extension DeviceMethods {
  /// What a label area is reported to be: the interfaces have 32 bits for its size.
  static func reportedSize(_ labels: any LabelStorage) -> UInt32 { UInt32(min(labels.size, UInt64(UInt32.max))) }

  /// The `length` bytes from `offset` on of the label area of the device with `handle`.
  func read(_ handle: UInt32, at offset: UInt64, length: UInt64) throws(MethodRefusal) -> [UInt8] {
    let labels = try labels(of: handle)
    let count = try Self.checked(offset, length, in: labels)
    guard count > 0 else { return [] }
    let bytes: [UInt8]
    do { bytes = try labels.read(at: offset, count: count) } catch { throw MethodRefusal(MethodStatus(error)) }
    guard bytes.count == count else { throw MethodRefusal(.hardwareError) }
    return bytes
  }

  /// Writes the first `length` bytes of `data` to `offset` of the label area of the device with `handle`.
  func write(_ handle: UInt32, at offset: UInt64, length: UInt64, _ data: ArraySlice<UInt8>) throws(MethodRefusal) {
    let labels = try labels(of: handle)
    let count = try Self.checked(offset, length, in: labels)
    guard data.count >= count else { throw MethodRefusal(.invalid) }
    guard count > 0 else { return }
    do { try labels.write([UInt8](data.prefix(count)), at: offset) } catch { throw MethodRefusal(MethodStatus(error)) }
  }

  /// `length`, where that many bytes from `offset` on lie in the area and one call moves them.
  private static func checked(
    _ offset: UInt64, _ length: UInt64, in labels: any LabelStorage
  ) throws(MethodRefusal) -> Int {
    let size = labels.size
    guard length <= MethodWindow.transferLimit, offset <= size, length <= size - offset else {
      throw MethodRefusal(.invalid)
    }
    return Int(length)
  }
}
