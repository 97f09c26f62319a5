import Firmware

/// A few instructions of 64-bit code, for guests that are not operating systems.
package struct Payload: Sendable {
  package internal(set) var code: [UInt8] = []

  package init() {}

  /// Instructions as they are.
  package mutating func code(_ bytes: UInt8...) { code += bytes }

  /// mov dx, port; mov al, value; out dx, al
  package mutating func out(_ value: UInt8, to port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + [0xb0, value, 0xee]
  }

  /// mov dx, port; mov eax, value; out dx, eax
  package mutating func out32(_ value: UInt32, to port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + [0xb8] + bytes(value) + [0xef]
  }

  /// mov dx, port; in al, dx
  package mutating func `in`(from port: UInt16) { code += [0x66, 0xba] + bytes(port) + [0xec] }

  /// mov dx, port; in eax, dx
  package mutating func in32(from port: UInt16) { code += [0x66, 0xba] + bytes(port) + [0xed] }

  /// Reads the pending events until there is one: mov dx, port; in eax, dx; test al, 1; jz to the in
  package mutating func waitForEvent() {
    code += [0x66, 0xba] + bytes(GuestPlatform.eventStatusPort) + [0xed, 0xa8, 0x01, 0x74, 0xfb]
  }

  /// Reads the byte at `address` until it is `value`: mov rbx, address; mov al, [rbx]; cmp al, value; jne to the mov
  package mutating func wait(for value: UInt8, at address: UInt64) {
    code += [0x48, 0xbb] + bytes(address) + [0x8a, 0x03, 0x3c, value, 0x75, 0xfa]
  }

  /// mov rbx, address; mov dword [rbx], value
  package mutating func store(_ value: UInt32, at address: UInt64) {
    code += [0x48, 0xbb] + bytes(address) + [0xc7, 0x03] + bytes(value)
  }

  /// mov rbx, address; mov al, [rbx]
  package mutating func load(from address: UInt64) { code += [0x48, 0xbb] + bytes(address) + [0x8a, 0x03] }

  /// mov dx, port; out dx, al
  package mutating func outLoaded(to port: UInt16) { code += [0x66, 0xba] + bytes(port) + [0xee] }

  /// mov cl, al
  package mutating func keepLoaded() { code += [0x88, 0xc1] }

  /// mov al, cl; then as `outLoaded`
  package mutating func outKept(to port: UInt16) {
    code += [0x88, 0xc8]
    outLoaded(to: port)
  }

  /// Sends `byte` on COM1 in an endless loop: mov dx, 0x3f8; mov al, byte; out dx, al; jmp to the out
  package mutating func sendForever(_ byte: UInt8) { code += [0x66, 0xba, 0xf8, 0x03, 0xb0, byte, 0xee, 0xeb, 0xfd] }

  /// Sends `byte` on COM1 `count` times: mov ecx, count; mov dx, 0x3f8; mov al, byte; out dx, al; loop to the out
  package mutating func send(_ byte: UInt8, times count: UInt32) {
    code += [0xb9] + bytes(count) + [0x66, 0xba, 0xf8, 0x03, 0xb0, byte, 0xee, 0xe2, 0xfd]
  }

  /// Starts the other CPUs, by INIT and SIPI to all but this one, in real mode at 0x8000, where they send `byte` in an
  /// endless loop.
  package mutating func startOtherCPUs(sending byte: UInt8) {
    // mov dx, 0x3f8; mov al, byte; out dx, al; jmp to the out
    store(0xb003_f8ba, at: 0x8000)
    store(0xfdeb_ee00 | UInt32(byte), at: 0x8004)
    // the low half of the local APIC's interrupt command register
    store(0xc4500, at: 0xfee0_0300)
    store(0xc4608, at: 0xfee0_0300)
  }

  /// Maps the 2 MiB that hold `address`, in a gibibyte that is not mapped yet, one to one. Writes an entry to the page
  /// tables that every payload starts with: one of a page directory at 0xa000 and, from 512 GiB on, one of a page
  /// directory pointer table at 0xb000.
  package mutating func mapLargePage(at address: UInt64) {
    let (part, gibibyte, page) = (address >> 39, address >> 30 & 0x1ff, address >> 21 & 0x1ff)
    let entry = address & ~0x1f_ffff | 0x83
    if part > 0 { store(0xb003, at: 0x1_0000 + part * 8) }
    store(0xa003, at: (part > 0 ? 0xb000 : 0x1_1000) + gibibyte * 8)
    store(UInt32(truncatingIfNeeded: entry), at: 0xa000 + page * 8)
    store(UInt32(truncatingIfNeeded: entry >> 32), at: 0xa004 + page * 8)
  }

  /// Writes `value` to the first word of each of `count` pages from `address` on: mov rbx, address; mov ecx, count;
  /// mov dword [rbx], value; add rbx, 4096; loop to the store
  package mutating func store(_ value: UInt32, at address: UInt64, inPages count: UInt32) {
    code += [0x48, 0xbb] + bytes(address) + [0xb9] + bytes(count)
    code += [0xc7, 0x03] + bytes(value) + [0x48, 0x81, 0xc3, 0x00, 0x10, 0, 0, 0xe2, 0xf1]
  }

  /// Repeats `body` `count` times, counted in a word at 0x9000: mov dword [0x9000], count; body; dec dword [0x9000];
  /// jnz to the body
  package mutating func `repeat`(_ count: UInt32, _ body: (inout Payload) -> Void) {
    store(count, at: 0x9000)
    let start = code.count
    body(&self)
    code += [0x48, 0xbb] + bytes(UInt64(0x9000)) + [0xff, 0x0b, 0x0f, 0x85]
    code += bytes(UInt32(truncatingIfNeeded: start - code.count - 4))
  }

  /// Waits for input on COM1: mov dx, 0x3fd; in al, dx; test al, 1; jz to the in
  package mutating func waitForInput() { code += [0x66, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xfb] }

  /// Echoes the input on COM1, up to and including `last`, then ends the guest.
  package mutating func echoUntil(_ last: UInt8) {
    let start = code.count
    waitForInput()
    `in`(from: 0x3f8)
    outLoaded(to: 0x3f8)
    // cmp al, last; jne to the start
    code += [0x3c, last, 0x75]
    code.append(UInt8(truncatingIfNeeded: start - code.count - 1))
    powerOff()
  }

  /// Spins for `count` iterations: mov ecx, count; loop to itself
  package mutating func spin(_ count: UInt32) { code += [0xb9] + bytes(count) + [0xe2, 0xfe] }

  /// jmp to itself
  package mutating func loopForever() { code += [0xeb, 0xfe] }

  /// ud2; without an interrupt table that is a triple fault
  package mutating func fault() { code += [0x0f, 0x0b] }

  /// Ends the guest.
  package mutating func powerOff() {
    out(GuestPlatform.powerOffValue, to: GuestPlatform.sleepControlPort)
    loopForever()
  }

  func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  package static func with(_ build: (inout Payload) -> Void) -> Payload {
    var payload = Payload()
    build(&payload)
    return payload
  }
}
