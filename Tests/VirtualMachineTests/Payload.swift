import VNVDIMMCore

/// A few instructions of 64-bit code, for guests that are no operating system.
struct Payload {
  private(set) var code: [UInt8] = []

  /// mov dx, port; mov al, value; out dx, al
  mutating func out(_ value: UInt8, to port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + [0xb0, value, 0xee]
  }

  /// mov dx, port; mov eax, value; out dx, eax
  mutating func out32(_ value: UInt32, to port: UInt16) {
    code += [0x66, 0xba] + bytes(port) + [0xb8] + bytes(value) + [0xef]
  }

  /// mov dx, port; in al, dx
  mutating func `in`(from port: UInt16) { code += [0x66, 0xba] + bytes(port) + [0xec] }

  /// mov rbx, address; mov dword [rbx], value
  mutating func store(_ value: UInt32, at address: UInt64) {
    code += [0x48, 0xbb] + bytes(address) + [0xc7, 0x03] + bytes(value)
  }

  /// mov rbx, address; mov al, [rbx]
  mutating func load(from address: UInt64) { code += [0x48, 0xbb] + bytes(address) + [0x8a, 0x03] }

  /// mov dx, port; out dx, al
  mutating func outLoaded(to port: UInt16) { code += [0x66, 0xba] + bytes(port) + [0xee] }

  /// mov cl, al
  mutating func keepLoaded() { code += [0x88, 0xc1] }

  /// mov al, cl; then as `outLoaded`
  mutating func outKept(to port: UInt16) {
    code += [0x88, 0xc8]
    outLoaded(to: port)
  }

  /// jmp to itself
  mutating func loopForever() { code += [0xeb, 0xfe] }

  /// ud2; without an interrupt table that is a triple fault
  mutating func fault() { code += [0x0f, 0x0b] }

  /// Ends the guest.
  mutating func powerOff() {
    out(GuestPlatform.powerOffValue, to: GuestPlatform.sleepControlPort)
    loopForever()
  }

  private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func with(_ build: (inout Payload) -> Void) -> Payload {
    var payload = Payload()
    build(&payload)
    return payload
  }
}
