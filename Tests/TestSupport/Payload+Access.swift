/// Accesses of every width to ports and memory. A width is 1, 2, 4 or, in memory, 8 bytes.
extension Payload {
  /// mov dx, port; mov eax, value; out dx, al|ax|eax
  package mutating func out(_ value: UInt32, width: Int, to port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + [0xb8] + bytes(value) + Self.sized(width, byte: [0xee], other: [0xef])
  }

  /// mov dx, port; in al|ax|eax, dx
  package mutating func `in`(width: Int, from port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + Self.sized(width, byte: [0xec], other: [0xed])
  }

  /// mov rbx, address; mov rax, value; mov [rbx], al|ax|eax|rax
  package mutating func store(_ value: UInt64, width: Int, at address: UInt64) {
    code += [0x48, 0xbb] + bytes(address) + [0x48, 0xb8] + bytes(value)
    code += Self.sized(width, byte: [0x88, 0x03], other: [0x89, 0x03])
  }

  /// mov rbx, address; mov al|ax|eax|rax, [rbx]
  package mutating func load(width: Int, from address: UInt64) {
    code += [0x48, 0xbb] + bytes(address) + Self.sized(width, byte: [0x8a, 0x03], other: [0x8b, 0x03])
  }

  /// Sends `count` items from `address` on, or down from there: mov rsi, address; mov ecx, count; mov dx, port; cld|std;
  /// rep outsb|outsw|outsd
  package mutating func outString(width: Int, count: UInt32, from address: UInt64, isDown: Bool, to port: UInt16) {
    code += [0x48, 0xbe] + bytes(address) + [0xb9] + bytes(count) + [0x66, 0xba] + bytes(port)
    code += [isDown ? 0xfd : 0xfc] + Self.sized(width, prefix: [0xf3], byte: [0x6e], other: [0x6f])
  }

  /// Receives likewise: mov rdi, address; mov ecx, count; mov dx, port; cld|std; rep insb|insw|insd
  package mutating func inString(width: Int, count: UInt32, to address: UInt64, isDown: Bool, from port: UInt16) {
    code += [0x48, 0xbf] + bytes(address) + [0xb9] + bytes(count) + [0x66, 0xba] + bytes(port)
    code += [isDown ? 0xfd : 0xfc] + Self.sized(width, prefix: [0xf3], byte: [0x6c], other: [0x6d])
  }

  /// mov rsi, source; mov rdi, target; mov ecx, count; cld; rep movsb
  package mutating func copy(_ count: UInt32, from source: UInt64, to target: UInt64) {
    code += [0x48, 0xbe] + bytes(source) + [0x48, 0xbf] + bytes(target) + [0xb9] + bytes(count) + [0xfc, 0xf3, 0xa4]
  }

  /// Encodes an instruction with the prefix for its width: 0x66 for two bytes, REX.W for eight.
  private static func sized(_ width: Int, prefix: [UInt8] = [], byte: [UInt8], other: [UInt8]) -> [UInt8] {
    switch width {
    case 1: prefix + byte
    case 2: [0x66] + prefix + other
    case 8: prefix + [0x48] + other
    default: prefix + other
    }
  }
}
