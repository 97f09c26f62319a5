import Basics
import Firmware
import TestSupport
import Testing

@Suite("Label calls in words")
struct MethodCallTextTests {
  private static func request(
    _ method: UInt32, handle: UInt32, function: UInt32 = 0, _ argument: [UInt8] = []
  ) -> [UInt8] {
    var request = [UInt8](repeating: 0, count: 16)
    request[MethodWindow.handle] = handle
    request[MethodWindow.method] = method
    request[MethodWindow.function] = function
    return request + argument
  }

  private static func numbers(_ numbers: UInt32...) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
  }

  private static let header = [UInt8](repeating: 0, count: 16)

  static let calls: [(request: [UInt8], result: [UInt8], text: String)] = [
    (request(0, handle: 1), numbers(0x71), "slot 0: _DSM function 0: 4 bytes"),
    (request(0, handle: 3, function: 4), numbers(0, 1, 2), "slot 2: _DSM function 4: 12 bytes, status 0"),
    (
      request(0, handle: 1, function: 5, numbers(0x100, 64)), numbers(3),
      "slot 0: _DSM function 5 at 0x100, 64 bytes: 4 bytes, status 3"
    ),
    (
      request(0, handle: 1, function: 22, numbers(0x1234, 0x5678)), numbers(11),
      "slot 0: _DSM function 22: 4 bytes, status 11"
    ),
    (request(0, handle: 0, function: 5, numbers(0, 1)), numbers(2), "root: _DSM function 5: 4 bytes, status 2"),
    (
      request(3, handle: 1, numbers(0x200, 0, 8, 0, 1, 2)), numbers(0),
      "slot 0: _LSW at 0x200, 8 bytes: 4 bytes, status 0"
    ),
    (request(1, handle: 2), numbers(1, 0, 0), "slot 1: _LSI: 12 bytes, status 1"),
    (request(4, handle: 0), [], "root: _FIT: 0 bytes"),
    (request(9, handle: 0), [], "not a request"),
    ([], [], "not a request"),
  ]

  @Test("who, what, where and how it ended", arguments: calls)
  func text(request: [UInt8], result: [UInt8], text: String) {
    #expect(MethodCallText(request: request, response: Self.header + result).description == text)
  }

  private static func bytes(
    upTo count: Int, in values: ClosedRange<UInt8>, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &generator)).map { _ in UInt8.random(in: values, using: &generator) }
  }

  @Test("no bytes of a guest are too strange to be told", arguments: 0..<200)
  func hostile(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let request = Self.bytes(upTo: 40, in: 0...9, &generator)
    let response = Self.bytes(upTo: 24, in: 0...255, &generator)
    #expect(!MethodCallText(request: request, response: response).description.isEmpty, "seed \(seed)")
  }
}
