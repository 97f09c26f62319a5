/// A progress report on long work: the share done, the speed, and the time left.
package struct ProgressText: Sendable {
  /// The parts of the text, the most important first.
  private let parts: [String]

  /// Reports that `done` of `total` bytes took `elapsed`.
  package init(done: UInt64, total: UInt64, elapsed: Duration) {
    parts = Self.parts(min(done, total), of: total, Self.seconds(elapsed))
  }

  /// Reports that `count` things took `elapsed`, if their total is not known.
  package init(count: Int, of things: String, elapsed: Duration) {
    let seconds = Self.seconds(elapsed)
    parts = ["\(count) \(things)"] + (seconds > 0 ? ["\(Int(Double(count) / seconds)) a second"] : [])
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// Returns as many parts as fit into `width` columns, the share first.
  package func fitting(_ width: Int) -> String {
    var text = ""
    for part in parts {
      let longer = text.isEmpty ? part : "\(text), \(part)"
      guard longer.count <= width else { break }
      text = longer
    }
    return text
  }

  private static func parts(_ done: UInt64, of total: UInt64, _ seconds: Double) -> [String] {
    let share = total == 0 ? 100 : Int(Double(done) / Double(total) * 100)
    guard seconds > 0, done > 0 else { return ["\(share) %"] }
    let rate = Double(done) / seconds
    return ["\(share) %", "\(Int(rate / 1_048_576)) MiB/s", "\(clock(Double(total - done) / rate)) left"]
  }

  /// Returns minutes and seconds, and hours if there are any.
  private static func clock(_ seconds: Double) -> String {
    guard seconds < 360_000 else { return "days" }
    let whole = Int(seconds.rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = whole / 60 % 60
    return whole < 3600 ? "\(minutes):\(two(whole % 60))" : "\(whole / 3600):\(two(minutes)):\(two(whole % 60))"
  }
}

extension String {
  /// The bytes of this text split at single commas, with double commas made single: QEMU separates options like this.
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
