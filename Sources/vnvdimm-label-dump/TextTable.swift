/// Rows in columns as wide as they need to be, each with an optional line of its own below it.
struct TextTable {
  let lines: [String]

  init(_ titles: [String], _ rows: [[String]], notes: [String?] = []) {
    let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    var lines = [line(titles)]
    for (number, row) in rows.enumerated() {
      lines.append(line(row))
      if number < notes.count, let note = notes[number] {
        lines.append(String(repeating: " ", count: widths[0] + 2) + note)
      }
    }
    self.lines = lines
  }
}
