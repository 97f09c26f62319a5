import Basics
import Foundation
import TestSupport
import Testing

/// In every layout, the text of a value is what Foundation writes, and Foundation can read it.
@Suite("JSON as text")
struct JSONWriterTests {
  private static let pieces = [
    "", "a", "error: backend-smaller", "\"quoted\"", "back\\slash", "a/b", "\n\r\t\u{8}\u{c}", "\u{1}\u{1f}\u{7f}",
    "é", "\u{2028}\u{2029}", "🗿", "e\u{301}", "\u{FFFD}", "<&>'",
  ]

  private static let layouts: [JSONLayout] = [.line, .lines, .compact, .monitor]

  private static func object(_ text: String) throws -> NSObject {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject, "\(text)")
  }

  @Test("any value, in any layout") func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "values of JSON")
    for _ in 0..<SeededGenerator.count(default: 200, optimized: 2000) {
      let value = Self.value(depth: 4, &generator)
      for layout in Self.layouts {
        let text = value.formatted(layout)
        #expect(try Self.object(text) == Self.object(value.description))
        #expect(try JSONValue(parsing: text) == value, "\(text)")
      }
    }
  }

  @Test("the layouts")
  func layouts() {
    let value = JSONValue.object([("b", .array([JSONValue(UInt64.max), .null])), ("a", .text("é")), ("c", .array([]))])
    #expect(value.formatted(.line) == #"{"a":"é","b":[18446744073709551615,null],"c":[]}"#)
    #expect(value.formatted(.compact) == #"{"b":[18446744073709551615,null],"a":"é","c":[]}"#)
    #expect(value.formatted(.monitor) == #"{"b": [18446744073709551615, null], "a": "\u00e9", "c": []}"#)
    #expect(
      value.formatted(.lines) == """
        {
          "a" : "é",
          "b" : [
            18446744073709551615,
            null
          ],
          "c" : []
        }
        """)
  }

  private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
    let names = ["b_", "a", "B", "a_c"]
    switch Int.random(in: depth > 0 ? 0..<9 : 2..<9, using: &generator) {
    case 0:
      return .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
    case 1:
      return .object(
        (0..<Int.random(in: 0..<4, using: &generator)).map { number in
          ("\(names.randomElement(using: &generator) ?? "")\(number)", value(depth: depth - 1, &generator))
        })
    case 2: return .null
    case 3: return .boolean(Bool.random(using: &generator))
    case 4: return JSONValue(UInt64.random(in: 0 ... .max, using: &generator))
    case 5: return JSONValue(Int64.random(in: .min ... .max, using: &generator))
    default: return .text((0..<3).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
    }
  }
}
