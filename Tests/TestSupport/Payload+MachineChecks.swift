extension Payload {
  /// What the handler puts into AL, in the place of the byte that could not be read.
  package static let unread: UInt8 = 0xee

  /// Enables machine checks, and handles each: sends `M`, the low three bytes of the address that the machine-specific
  /// register `addressRegister` has, and the low two bytes of ECX, then goes on behind the instruction, of two bytes.
  package mutating func handleMachineChecks(addressRegister: UInt32) {
    var handler = Payload()
    // mov r8, rcx
    handler.code += [0x49, 0x89, 0xc8]
    handler.out(UInt8(ascii: "M"), to: 0x3f8)
    // mov ecx, register; rdmsr; mov dx, 0x3f8; out dx, al; shr eax, 8; out dx, al; shr eax, 8; out dx, al
    handler.code += [0xb9] + bytes(addressRegister) + [0x0f, 0x32, 0x66, 0xba, 0xf8, 0x03, 0xee]
    handler.code += [0xc1, 0xe8, 0x08, 0xee, 0xc1, 0xe8, 0x08, 0xee]
    // mov eax, r8d; out dx, al; shr eax, 8; out dx, al
    handler.code += [0x44, 0x89, 0xc0, 0xee, 0xc1, 0xe8, 0x08, 0xee]
    // MCG_STATUS = 0, so that there can be another: mov ecx, 0x17a; xor eax, eax; xor edx, edx; wrmsr
    handler.code += [0xb9, 0x7a, 0x01, 0x00, 0x00, 0x31, 0xc0, 0x31, 0xd2, 0x0f, 0x30]
    // mov rcx, r8; add qword [rsp], 2; mov al, unread; iretq
    handler.code += [0x4c, 0x89, 0xc1, 0x48, 0x83, 0x04, 0x24, 0x02, 0xb0, Self.unread, 0x48, 0xcf]
    let place: UInt64 = 0xd000
    handler.code += [UInt8](repeating: 0x90, count: (4 - handler.code.count % 4) % 4)
    for offset in stride(from: 0, to: handler.code.count, by: 4) {
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(handler.code[offset + $1]) << ($1 * 8) }
      store(word, at: place + UInt64(offset))
    }
    // The gate of vector 18 in a table at 0xc000: offset and code segment 0x10; present, interrupt gate.
    store(0x10_0000 | UInt32(place), at: 0xc000 + 18 * 16)
    store(0x8e00, at: 0xc000 + 18 * 16 + 4)
    // The limit and the address of the table: lidt [0xc800]; mov rsp, 0x8f00; or CR4, MCE
    store(0xc000_0fff, at: 0xc800)
    store(0, at: 0xc804)
    code += [0x48, 0xbb] + bytes(UInt64(0xc800)) + [0x0f, 0x01, 0x1b]
    code += [0x48, 0xbc] + bytes(UInt64(0x8f00)) + [0x0f, 0x20, 0xe0, 0x83, 0xc8, 0x40, 0x0f, 0x22, 0xe0]
  }
}
