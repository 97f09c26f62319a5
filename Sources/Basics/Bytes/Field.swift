/// One little-endian unsigned integer of an on-media or ACPI structure.
///
/// A structure is described once, as a list of fields, which decoding, encoding, findings and documentation all use.
/// Accessing a field outside its block is a programming error: a block is cut to the size of its structure before any
/// of its fields is accessed.
public struct Field<Value: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The name of the field in the specification, or else in the kernel.
  public let name: String
  /// The offset in bytes from the start of the structure.
  public let offset: Int

  package init(_ name: String, at offset: Int) {
    self.name = name
    self.offset = offset
  }

  /// The byte range of the field within its structure.
  public var range: Range<Int> { offset..<offset + Value.bitWidth / 8 }
}

extension [UInt8] {
  /// The value of `field` in this block.
  package subscript<Value>(field: Field<Value>) -> Value {
    get { load(at: field.offset) }
    set { store(newValue, at: field.offset) }
  }

  /// Returns the little-endian integer whose first byte is at `offset`.
  package func load<Value: FixedWidthInteger>(_ type: Value.Type = Value.self, at offset: Int) -> Value {
    precondition(offset >= 0 && offset <= count - Value.bitWidth / 8, "field outside its block")
    // Safe: the range was checked above.
    return unsafe withUnsafeBytes { bytes in
      Value(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
  }

  /// Replaces the little-endian integer whose first byte is at `offset`.
  package mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset <= count - Value.bitWidth / 8, "field outside its block")
    // Safe: the range was checked above.
    unsafe withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }
  }

  /// Returns `length` bytes from `offset` as a separate block; `nil` if the range does not lie within this one.
  package func block(at offset: Int, count length: Int) -> [UInt8]? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return [UInt8](self[offset..<offset + length])
  }

  /// Appends `value` in little-endian byte order.
  package mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    // Safe: the bytes belong to a local value.
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { bytes in unsafe append(contentsOf: bytes) }
  }
}
