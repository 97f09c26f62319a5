extension String {
  /// The bytes of this text cut at single commas, double commas made single: how options of QEMU's are separated.
  ///
  /// Bytes, not characters: a combining mark after a comma (or an equals sign) must not hide it.
  package var partsAtSingleCommas: [[UInt8]] {
    let comma = UInt8(ascii: ",")
    var parts: [[UInt8]] = [[]]
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      if byte != comma {
        parts[parts.count - 1].append(byte)
      } else if rest.first == comma {
        rest.removeFirst()
        parts[parts.count - 1].append(comma)
      } else {
        parts.append([])
      }
    }
    return parts
  }
}
