extension Payload {
  /// Starts the other CPUs, which keep writing changing numbers to the first words at `window`, below 4 GiB.
  package mutating func startOtherCPUs(scribblingAt window: UInt32) {
    var stores: [UInt8] = []
    for offset in stride(from: UInt8(0), through: 36, by: 4) {
      // imul eax, eax, 1103515245; inc eax; mov [ebx + offset], eax
      stores += [0x66, 0x69, 0xc0, 0x6d, 0x4e, 0xc6, 0x41, 0x66, 0x40, 0x67, 0x66, 0x89, 0x43, offset]
    }
    startOtherCPUs(repeating: stores, at: window)
  }

  /// Starts the other CPUs, which keep writing each of `words`, at most 13, to its place relative to `window`, below 4
  /// GiB, one after the other.
  package mutating func startOtherCPUs(writing words: [(place: UInt8, value: UInt32)], at window: UInt32) {
    // mov dword [ebx + place], value
    startOtherCPUs(repeating: words.flatMap { [0x67, 0x66, 0xc7, 0x43, $0.place] + bytes($0.value) }, at: window)
  }

  /// Starts the other CPUs, which execute `body` in an endless loop with `window` in EBX.
  ///
  /// They run in real mode with a data segment of 4 GiB, whose descriptor they load in a short stay in protected mode.
  private mutating func startOtherCPUs(repeating body: [UInt8], at window: UInt32) {
    var code: [UInt8] = [
      0x31, 0xc0, 0x8e, 0xd8,  // xor ax, ax; mov ds, ax
      0x66, 0x0f, 0x01, 0x16, 0xd0, 0x80,  // lgdt [0x80d0]
      0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0,  // mov eax, cr0; or al, 1; mov cr0, eax
      0xbb, 0x08, 0x00, 0x8e, 0xdb,  // mov bx, 8; mov ds, bx
      0x24, 0xfe, 0x0f, 0x22, 0xc0,  // and al, ~1; mov cr0, eax
      0x66, 0xbb,  // mov ebx, window
    ]
    code += bytes(window)
    let loop = code.count
    code += body
    // jmp to the loop
    code += [0xe9] + bytes(UInt16(truncatingIfNeeded: loop - code.count - 3))
    precondition(code.count <= 0xc0, "the code lies on its descriptors")
    code += [UInt8](repeating: 0, count: 0xc0 - code.count)
    // Behind the code: descriptors, of which number 1 describes 4 GiB of writable data; then their limit and address.
    code += [UInt8](repeating: 0, count: 8) + [0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0]
    code += [0x0f, 0, 0xc0, 0x80, 0, 0, 0, 0]
    for start in stride(from: 0, to: code.count, by: 4) {
      let word = code[start..<start + 4].enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << ($1.offset * 8) }
      store(word, at: 0x8000 + UInt64(start))
    }
    // INIT and SIPI to all other CPUs, through the low half of the local APIC's interrupt command register.
    store(0xc4500, at: 0xfee0_0300)
    store(0xc4608, at: 0xfee0_0300)
  }
}
