import Basics

extension QEMUDictionary {
  /// Adds the parameters in `text`, which is in QEMU's newer syntax: `pc,nvdimm=on,memory.size=1G`.
  ///
  /// Every parameter but the first and `flags` needs its `=`; a dot in a key leads into a nested dictionary. Returns
  /// `true` if help is asked for. Source: QEMU 7.2 `util/keyval.c`.
  mutating func merge(
    keyval text: String, impliedKey: String?, flags: Set<String> = []
  ) throws(QEMUComplaint) -> Bool {
    var cursor = OptionCursor(text)
    var asksForHelp = false
    var firstKey = impliedKey
    while !cursor.isAtEnd {
      let name = cursor.takeName()
      defer {
        cursor.skip(",")
        firstKey = nil
      }
      if !name.isEmpty, cursor.next != UInt8(ascii: "=") {
        if name == "help" || name == "?" {
          asksForHelp = true
          continue
        }
        if flags.contains(name) {
          try put(.text("on"), at: [name], of: name)
          continue
        }
        if let key = firstKey {
          try put(.text(name), at: [key], of: key)
          continue
        }
      }
      let path = try Self.path(of: name)
      guard cursor.skip("=") else { throw .expectedEqualsSign(after: name) }
      try put(.text(cursor.takeValue()), at: path, of: name)
    }
    return asksForHelp
  }

  /// Adds `other`, whose values take precedence. Dictionaries are merged, lists joined.
  mutating func merge(_ other: QEMUDictionary, below path: String = "") throws(QEMUComplaint) {
    for key in other.keysInOrder {
      switch (self[key], other[key]) {
      case (.object(let old)?, .object(let new)?):
        var merged = QEMUDictionary(old)
        try merged.merge(QEMUDictionary(new), below: "\(path)\(key).")
        self[key] = merged.value
      case (.array(let old)?, .array(let new)?): self[key] = .array(old + new)
      case (nil, let new): self[key] = new
      case (.text?, .text(let new)?): self[key] = .text(new)
      default: throw .usedInconsistently(path + key)
      }
    }
  }

  /// Returns the fragments of `key`. Each fragment is a name or, after the first one, a number.
  private static func path(of key: String) throws(QEMUComplaint) -> [String] {
    let fragments = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for (index, fragment) in fragments.enumerated() {
      let isNumber = index > 0 && !fragment.isEmpty && fragment.utf8.allSatisfy { (48...57).contains($0) }
      guard isNumber || isName(fragment) else { throw .invalidParameter(key) }
      guard fragment.utf8.count < 128 else { throw .parameterTooLong(fragment, isWhole: fragments.count == 1) }
    }
    return fragments
  }

  /// Returns whether `text` is a QAPI name. Source: QEMU `qapi/qapi-util.c`, `parse_qapi_name`.
  private static func isName(_ text: String) -> Bool {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard let first = text.utf8.first, letters.contains(first & 0xdf) else { return false }
    return text.utf8.allSatisfy { letters.contains($0 & 0xdf) || "0123456789-_".utf8.contains($0) }
  }

  private mutating func put(_ value: JSONValue, at path: [String], of key: String) throws(QEMUComplaint) {
    guard let first = path.first else { return }
    guard path.count > 1 else {
      switch self[first] {
      case nil, .text?: self[first] = value
      default: throw .usedInconsistently("\(key).*")
      }
      return
    }
    var below = QEMUDictionary()
    switch self[first] {
    case .object(let members)?: below = QEMUDictionary(members)
    case nil: break
    default: throw .usedInconsistently("\(first).*")
    }
    try below.put(value, at: Array(path.dropFirst()), of: key)
    self[first] = below.value
  }
}
