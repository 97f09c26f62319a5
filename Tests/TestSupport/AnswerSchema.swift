import Basics
package import Foundation

/// The JSON schema that is installed with the programs, against which tests validate every `--json` output.
///
/// The validator supports only the keywords of JSON Schema 2020-12 that this schema uses; any other keyword is an
/// error.
package enum AnswerSchema {
  package static let file = Corpus.folder.appendingPathComponent("../../Sources/Packaging/schema/answers.schema.json")
    .standardizedFileURL

  package struct Violation: Error, CustomStringConvertible {
    package let description: String
  }

  private static let root: Result<JSONValue, any Error> = Result {
    try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))
  }

  /// Throws a `Violation` if `output`, one document or one on each line, does not conform to the schema.
  package static func validate(_ output: String) throws {
    let root = try root.get()
    for document in try documents(output) {
      if let violation = violation(of: root, by: document, at: "answer", root) {
        throw Violation(description: "\(violation)\nin \(document.formatted(.line).prefix(2000))")
      }
    }
  }

  private static func documents(_ output: String) throws -> [JSONValue] {
    if let single = try? JSONValue(parsing: output) { return [single] }
    return try output.split(separator: "\n").map { line throws in try JSONValue(parsing: line) }
  }

  /// Returns the violation of `schema` by `value`, which is at `path`, or `nil` if there is none.
  private static func violation(
    of schema: JSONValue, by value: JSONValue, at path: String, _ root: JSONValue
  ) -> String? {
    for (keyword, argument) in schema.members ?? [] {
      if let violation = violation(of: keyword, argument, in: schema, by: value, at: path, root) { return violation }
    }
    return nil
  }

  private static func violation(
    of keyword: String, _ argument: JSONValue, in schema: JSONValue, by value: JSONValue, at path: String,
    _ root: JSONValue
  ) -> String? {
    func check(_ holds: Bool) -> String? { holds ? nil : "\(path): \(value) against \(keyword) \(argument)" }
    switch keyword {
    case "$schema", "$defs", "title", "description": return nil
    case "$ref":
      guard let definition = argument.text?.split(separator: "/").last, let target = root["$defs"]?[String(definition)]
      else { return "\(path): no definition \(argument)" }
      return violation(of: target, by: value, at: path, root)
    case "anyOf":
      let violations = (argument.elements ?? []).map { violation(of: $0, by: value, at: path, root) }
      guard !violations.contains(nil) else { return nil }
      return "\(path): none of\n" + violations.compactMap { $0.map { "  " + $0 } }.joined(separator: "\n")
    case "type": return check((argument.elements ?? [argument]).contains { $0.text == value.type })
    case "const": return check(argument == value)
    case "enum": return check(argument.elements?.contains(value) == true)
    case "minimum": return check(!value.isNegative)
    case "pattern":
      guard let text = value.text else { return nil }
      guard let regex = try? Regex(argument.text ?? "(") else { return "\(path): no pattern \(argument)" }
      return check(text.firstMatch(of: regex) != nil)
    case "items":
      return (value.elements ?? []).enumerated().lazy
        .compactMap { violation(of: argument, by: $1, at: "\(path)[\($0)]", root) }.first
    case "required":
      guard let members = value.members else { return nil }
      let keys = Set(members.map(\.key))
      return (argument.elements ?? []).compactMap(\.text).first { !keys.contains($0) }.map { "\(path): no \($0)" }
    case "properties":
      return (value.members ?? []).lazy.compactMap { key, value in
        argument[key].flatMap { violation(of: $0, by: value, at: "\(path).\(key)", root) }
      }.first
    case "additionalProperties":
      let known = Set((schema["properties"]?.members ?? []).map(\.key))
      return value.members?.first { !known.contains($0.key) }.map { "\(path): \($0.key) is not described" }
    default: return "the keyword \(keyword) is not known"
    }
  }
}

extension JSONValue {
  /// The name of the value's type in a schema.
  fileprivate var type: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .integer, .large: "integer"
    case .real: "number"
    case .text: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  fileprivate var isNegative: Bool { if case .integer(let number) = self { number < 0 } else { false } }
}
