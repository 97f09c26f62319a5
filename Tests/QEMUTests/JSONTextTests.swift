import Basics
import QEMU
import Testing

/// QEMU 7.2's answer to each text, given as `-object`.
@Suite("JSON in QEMU's dialect")
struct JSONTextTests {
  private static func syntax(_ fact: String) -> String { "JSON parse error, \(fact)" }

  static let mistakes: [(text: String, message: String)] = [
    (#"{"a":"x"#, syntax(#"stray '"x'"#)), (#"{"#, syntax("premature EOI")), (#"{"a"#, syntax(#"stray '"a'"#)),
    (#"{"a""#, syntax("premature EOI")), (#"{"a":"#, syntax("premature EOI")), (#"{"a":1"#, syntax("premature EOI")),
    (#"{"a":tru"#, syntax("invalid keyword 'tru'")), (#"{"a":01}"#, syntax("stray '01'")),
    (#"{"a":-}"#, syntax("stray '-}'")), (#"{"a":1.}"#, syntax("stray '1.}'")), (#"{"a":1e}"#, syntax("stray '1e}'")),
    (#"{'a':'\x'}"#, syntax("invalid escape sequence in string")),
    (#"{"a" 1}"#, syntax("missing : in object pair")), (#"{1:2}"#, syntax("key is not a string in object")),
    (#"{"a":1 "b":2}"#, syntax("expected separator in dict")), (#"{"a":[1,]}"#, syntax("expecting value")),
    (#"{"a":[1 2]}"#, syntax("expected separator in list")), (#"{"a":[}"#, syntax("expecting value")),
    (#"{]"#, syntax("expecting value")), (#"{"a":nul}"#, syntax("invalid keyword 'nul'")),
    (#"{"a":1}{"b":2}"#, "Expecting at most one JSON value"), (#"{"a":1} {"#, "Expecting at most one JSON value"),
    (#"{"a":1}x"#, "Expecting at most one JSON value"), (#"{"a":%d}"#, syntax("stray '%'")),
    ("{\"a\":\"\n\"}", syntax("stray '\"\n'")), (#"{"a":@}"#, syntax("stray '@'")), (#"{"a":+1}"#, syntax("stray '+'")),
    (#"{"a":.5}"#, syntax("stray '.'")), (#"{"a":NaN}"#, syntax("stray 'N'")), (#"{,}"#, syntax("expecting value")),
    (#"{"a":1,"a":2}"#, syntax("duplicate key")), (#"{"a":1,}"#, syntax("expecting value")),
    (#"{"a":0x4000000}"#, syntax("expected separator in dict")),
  ]

  @Test("a mistake has QEMU's words", arguments: mistakes) func mistake(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
    #expect(error?.description == message)
    #expect(throws: JSONError.self) { _ = try QEMUDictionary(json: text) }
  }

  @Test("what other readers do not take, and what they take for something else") func dialect() throws {
    #expect(try JSONValue(parsing: #"{'a':'it\'s "b"'}"#) == .object([("a", .text("it's \"b\""))]))
    #expect(
      try JSONValue(parsing: " [1, -2,18446744073709551615]\n ") == .array([.integer(1), .integer(-2), .large(.max)]))
    // Not an integer, whatever its value: `Parameter 'size' expects uint64`.
    #expect(try JSONValue(parsing: "67108864.0") == .real(67_108_864))
    #expect(try JSONValue(parsing: "6.4e1") == .real(64))
    #expect(throws: JSONError("Expecting a JSON value")) { _ = try JSONValue(parsing: " ") }
  }
}
