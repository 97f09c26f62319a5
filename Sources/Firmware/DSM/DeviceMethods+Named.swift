import Basics

/// The label methods with their own names (ACPI 6.5, 6.5.10).
extension DeviceMethods {
  /// `_LSI`: returns status, size of the area, transfer limit.
  func labelInformation(_ handle: UInt32) -> [UInt8] {
    do throws(MethodRefusal) {
      try checkFailure(of: .labelSize, handle)
      let size = Self.reportedSize(try labels(of: handle))
      return Self.bytes(MethodStatus.success.labelMethod, size, UInt32(MethodWindow.transferLimit))
    } catch {
      return Self.bytes(error.status.labelMethod, 0, 0)
    }
  }

  /// `_LSR`: returns status and data.
  func labelRead(_ handle: UInt32, _ argument: [UInt8]) -> [UInt8] {
    do throws(MethodRefusal) {
      try checkFailure(of: .labelRead, handle)
      let (offset, length) = try Self.range(in: argument)
      return Self.bytes(MethodStatus.success.labelMethod) + (try read(handle, at: offset, length: length))
    } catch {
      return Self.bytes(error.status.labelMethod)
    }
  }

  /// `_LSW`: returns the status.
  func labelWrite(_ handle: UInt32, _ argument: [UInt8]) -> [UInt8] {
    do throws(MethodRefusal) {
      try checkFailure(of: .labelWrite, handle)
      let (offset, length) = try Self.range(in: argument)
      try write(handle, at: offset, length: length, argument[16...])
      return Self.bytes(MethodStatus.success.labelMethod)
    } catch {
      return Self.bytes(error.status.labelMethod)
    }
  }

  /// Throws if the equivalent function of `_DSM` is set to fail.
  private func checkFailure(of function: Function, _ handle: UInt32) throws(MethodRefusal) {
    if let status = try? device(handle).condition.failure(of: function.rawValue) {
      throw MethodRefusal(.injected(status))
    }
  }

  /// Returns offset and length: AML concatenates its integers as eight bytes each.
  private static func range(in argument: [UInt8]) throws(MethodRefusal) -> (offset: UInt64, length: UInt64) {
    guard argument.count >= 16 else { throw MethodRefusal(.invalid) }
    return (argument.load(at: 0), argument.load(at: 8))
  }
}

extension DeviceMethods {
  /// Returns the reported size of a label area: the interfaces have 32 bits for it.
  static func reportedSize(_ labels: any LabelStorage) -> UInt32 { UInt32(min(labels.size, UInt64(UInt32.max))) }

  /// Reads `length` bytes from `offset` of the label area of the device with `handle`.
  func read(_ handle: UInt32, at offset: UInt64, length: UInt64) throws(MethodRefusal) -> [UInt8] {
    let labels = try openLabels(of: handle)
    let count = try Self.checked(offset, length, in: labels)
    guard count > 0 else { return [] }
    let bytes: [UInt8]
    do { bytes = try labels.read(at: offset, count: count) } catch { throw MethodRefusal(MethodStatus(error)) }
    guard bytes.count == count else { throw MethodRefusal(.hardwareError) }
    return bytes
  }

  /// Writes the first `length` bytes of `data` to `offset` of the label area of the device with `handle`.
  func write(_ handle: UInt32, at offset: UInt64, length: UInt64, _ data: ArraySlice<UInt8>) throws(MethodRefusal) {
    let labels = try openLabels(of: handle)
    let count = try Self.checked(offset, length, in: labels)
    guard data.count >= count else { throw MethodRefusal(.invalid) }
    guard count > 0 else { return }
    do { try labels.write([UInt8](data.prefix(count)), at: offset) } catch { throw MethodRefusal(MethodStatus(error)) }
  }

  /// Returns `length` if that many bytes from `offset` lie within the area and fit into one call; throws otherwise.
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
