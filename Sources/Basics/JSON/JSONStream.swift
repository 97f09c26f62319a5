/// Finds the values in a stream of bytes, in whatever pieces it comes and whatever else is in it.
///
/// Source: QEMU `qobject/json-streamer.c`. Its limits are far higher; no message of a monitor needs them.
package struct JSONStream: Sendable {
  /// Bytes of one value, and tokens that it is made of.
  private let sizeLimit: Int
  private let tokenLimit: Int
  /// Brackets within one another.
  static let nestingLimit = 256

  private var lexer = JSONLexer()
  private var tokens: [JSONToken] = []
  private var size = 0
  private var depth = (braces: 0, brackets: 0)

  /// By default the limits leave room for what a client of a monitor has to say.
  package init(sizeLimit: Int = 1 << 20, tokenLimit: Int = 1 << 16) {
    self.sizeLimit = sizeLimit
    self.tokenLimit = tokenLimit
  }

  /// Takes `bytes` and gives `take` the values that they complete, and the mistakes.
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

  /// Gives `take` what the end of the text completes, or leaves unfinished.
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
