extension AML {
  /// EISAID ("PNP0501"): a hardware id as an integer of three packed letters and four hex digits.
  ///
  /// Source: ACPI 6.5, 19.6.37 (EISAID Macro).
  package static func eisaID(_ id: StaticString) -> UInt64 {
    let characters = [UInt8](id.description.utf8)
    precondition(characters.count == 7, "an EISA id has three letters and four digits")
    var value: UInt32 = 0
    for letter in characters[..<3] { value = value << 5 | UInt32(letter - 0x40) }
    for digit in characters[3...] {
      value = value << 4 | UInt32(Character(UnicodeScalar(digit)).hexDigitValue ?? 0)
    }
    return UInt64(value.byteSwapped)
  }
}
