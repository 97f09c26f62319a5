import FoundationEssentials

/// JSON as all programs print it: keys sorted, one document, `"format": 1`.
package enum JSONAnswer {
  /// The text of `value`. One line where `compact`, as JSON Lines need.
  package static func text(of value: some Encodable, compact: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !compact { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// What a program prints under `--json` when it fails.
struct FailureDocument: Encodable {
  struct Failure: Encodable {
    let program: String
    let subject: String?
    let message: String
    let hint: String?
    let status: Int32
  }

  let format = 1
  let error: Failure

  init(_ failure: CommandFailure, of program: String) {
    error = Failure(
      program: program, subject: failure.subject, message: failure.fact, hint: failure.hint,
      status: failure.status.rawValue)
  }

  private enum CodingKeys: String, CodingKey { case format, error }
}
