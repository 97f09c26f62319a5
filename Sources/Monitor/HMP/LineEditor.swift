/// A line typed on a terminal in raw mode, with the keys of QEMU's monitor.
///
/// It returns the text to be shown on the terminal. A line wider than the terminal wraps and is not redrawn properly,
/// as in QEMU.
struct LineEditor: Sendable {
  enum Key: Equatable, Sendable {
    /// Output for the terminal.
    case echo(String)
    /// A complete line.
    case line(String)
  }

  private var line: [Character] = []
  private var cursor = 0
  private var history: [String] = []
  /// The index of the shown line in the history; its end index if none is shown.
  private var position = 0
  /// The bytes so far of a key that sends several: ESC, then `[` and digits.
  private var sequence: [UInt8] = []
  /// The bytes so far of a multi-byte character.
  private var pending: [UInt8] = []

  private static let historyLimit = 64
  private let completions: [String]

  /// `completions` are the possible first words.
  init(completions: [String] = []) { self.completions = completions }

  /// Handles typed bytes. Bytes that arrive together are shown once: a whole text may be pasted.
  mutating func type(_ bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var isStale = false
    for byte in bytes {
      // A line is shown before it is accepted.
      if isStale, byte == 0x0d || byte == 0x0a {
        keys.append(.echo(shown))
        isStale = false
      }
      if let answer = type(byte) { keys += answer } else { isStale = true }
    }
    return keys + (isStale ? [.echo(shown)] : [])
  }

  /// Handles one byte. Returns `nil` if the line has to be redrawn.
  private mutating func type(_ byte: UInt8) -> [Key]? {
    if !sequence.isEmpty { return continueSequence(byte) }
    switch byte {
    case 0x1b: sequence = [byte]
    case 0x0d, 0x0a: return [.echo("\r\n"), .line(take())]
    case 0x01: cursor = 0
    case 0x05: cursor = line.count
    case 0x02: cursor = max(0, cursor - 1)
    case 0x06: cursor = min(line.count, cursor + 1)
    case 0x08, 0x7f: if cursor > 0 { remove(cursor - 1..<cursor) }
    case 0x04: if cursor < line.count { remove(cursor..<cursor + 1) }
    case 0x0b: remove(cursor..<line.count)
    case 0x15: remove(0..<cursor)
    case 0x03: remove(0..<line.count)
    case 0x17: removeWord()
    case 0x10: recall(-1)
    case 0x0e: recall(1)
    case 0x0c: return [.echo("\u{1b}[H\u{1b}[2J" + shown)]
    case 0x09: complete()
    case 0..<0x20: return []
    default: insert(byte)
    }
    return sequence.isEmpty && pending.isEmpty ? nil : []
  }

  private mutating func continueSequence(_ byte: UInt8) -> [Key]? {
    sequence.append(byte)
    if sequence.count == 2, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") { return [] }
    // Parameters, up to the letter that identifies the key.
    if sequence.count > 2, sequence.count < 8, (0x30..<0x40).contains(byte) { return [] }
    let key = sequence[1...]
    sequence = []
    switch String(decoding: key, as: UTF8.self) {
    case "[A", "OA": recall(-1)
    case "[B", "OB": recall(1)
    case "[C", "OC": cursor = min(line.count, cursor + 1)
    case "[D", "OD": cursor = max(0, cursor - 1)
    case "[H", "[1~", "OH": cursor = 0
    case "[F", "[4~", "OF": cursor = line.count
    case "[3~": if cursor < line.count { remove(cursor..<cursor + 1) }
    default: return []
    }
    return nil
  }

  /// The output that redraws the line over the previous one and places the cursor.
  private var shown: String {
    let back = line.count - cursor
    return "\r\(HMPSession.prompt)\(String(line))\u{1b}[K" + (back > 0 ? "\u{1b}[\(back)D" : "")
  }

  private mutating func insert(_ byte: UInt8) {
    pending.append(byte)
    guard let text = String(validating: pending, as: UTF8.self) else {
      if pending.count >= 4 { pending = [] }
      return
    }
    pending = []
    guard line.count < HMPSession.lineLimit else { return }
    line.insert(contentsOf: text, at: cursor)
    cursor = min(line.count, cursor + text.count)
  }

  private mutating func remove(_ range: Range<Int>) {
    line.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func removeWord() {
    var start = cursor
    while start > 0, line[start - 1].isWhitespace { start -= 1 }
    while start > 0, !line[start - 1].isWhitespace { start -= 1 }
    remove(start..<cursor)
  }

  private mutating func recall(_ step: Int) {
    guard (0...history.count).contains(position + step) else { return }
    position += step
    line = position < history.count ? Array(history[position]) : []
    cursor = line.count
  }

  /// Completes the first word if it is unambiguous.
  private mutating func complete() {
    let typed = String(line[..<cursor])
    let matches = completions.filter { $0.hasPrefix(typed) }
    guard !typed.isEmpty, matches.count == 1 else { return }
    line = Array(matches[0] + " ") + line[cursor...]
    cursor = matches[0].count + 1
  }

  private mutating func take() -> String {
    let text = String(line)
    if !line.isEmpty, history.last != text {
      history.append(text)
      if history.count > Self.historyLimit { history.removeFirst() }
    }
    position = history.count
    line = []
    cursor = 0
    pending = []
    return text
  }
}
