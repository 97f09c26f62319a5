/// Finds JSON values in a stream of bytes, which may arrive in any pieces and contain other text.
///
/// Source: QEMU `qobject/json-streamer.c`. Its limits are far higher, but no message of a monitor needs them.
package struct JSONStream: Sendable {
  /// The maximum numbers of bytes and tokens in one value.
  private let sizeLimit: Int
  private let tokenLimit: Int
  /// The maximum nesting of brackets.
  static let nestingLimit = 256

  private var lexer = JSONLexer()
  private var tokens: [JSONToken] = []
  private var size = 0
  private var depth = (braces: 0, brackets: 0)

  /// The default limits leave room for all messages of a monitor's client.
  package init(sizeLimit: Int = 1 << 20, tokenLimit: Int = 1 << 16) {
    self.sizeLimit = sizeLimit
    self.tokenLimit = tokenLimit
  }

  /// Handles `bytes`, and passes the values that they complete and the errors to `take`.
  package mutating func read(_ bytes: [UInt8], _ take: (Result<JSONValue, JSONError>) -> Void) {
    for byte in bytes {
      size += 1
      for result in lexer.read(byte) {
        switch result {
        case .failure(let error): emit(.failure(error), take)
        case .token(let token): add(token, take)
        }
      }
      if size > sizeLimit {
        lexer = JSONLexer()
        emit(.failure(JSONError("JSON token size limit exceeded")), take)
      } else if tokens.isEmpty, lexer.pending == 0 {
        size = 0
      }
    }
  }

  /// Handles the end of the text, and passes the value that it completes or leaves unfinished to `take`.
  mutating func end(_ take: (Result<JSONValue, JSONError>) -> Void) {
    switch lexer.end() {
    case .failure(let error)?: emit(.failure(error), take)
    case .token(let token)?: add(token, take)
    case nil: break
    }
    guard !tokens.isEmpty else { return }
    do { emit(.success(try JSONParser.value(of: tokens)), take) } catch { emit(.failure(error), take) }
  }

  private mutating func add(_ token: JSONToken, _ take: (Result<JSONValue, JSONError>) -> Void) {
    switch token {
    case .punctuation(UInt8(ascii: "{")): depth.braces += 1
    case .punctuation(UInt8(ascii: "}")): depth.braces -= 1
    case .punctuation(UInt8(ascii: "[")): depth.brackets += 1
    case .punctuation(UInt8(ascii: "]")): depth.brackets -= 1
    default: break
    }
    guard tokens.count < tokenLimit else {
      return emit(.failure(JSONError("JSON token count limit exceeded")), take)
    }
    guard depth.braces + depth.brackets <= Self.nestingLimit else {
      return emit(.failure(JSONError("JSON nesting depth limit exceeded")), take)
    }
    tokens.append(token)
    if depth.braces > 0 || depth.brackets > 0, depth.braces >= 0, depth.brackets >= 0 { return }
    do { emit(.success(try JSONParser.value(of: tokens)), take) } catch { emit(.failure(error), take) }
  }

  private mutating func emit(_ result: Result<JSONValue, JSONError>, _ take: (Result<JSONValue, JSONError>) -> Void) {
    tokens = []
    size = 0
    depth = (0, 0)
    take(result)
  }
}
