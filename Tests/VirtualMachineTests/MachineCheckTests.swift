import CKVM
import Testing
import VirtualMachine

/// How a CPU reports memory that cannot be read, and which memory an instruction reads. Needs no KVM.
@Suite("Machine checks") struct MachineCheckTests {
  /// Linux takes the first for a memory error of Intel (`mce_is_memory_error`: 0x134 is one of the cache hierarchy, with
  /// S and AR an action required), the second for one of AMD (`legacy_mce_is_memory_error`: bank 4, extended code 8).
  @Test(
    "the forms of Intel and AMD",
    arguments: [
      (MachineCheck.Form.intel, 9, 0xbd80_0000_0000_0134, 0b1111), (.amd, 4, 0xbc00_0800_0008_0134, 0b0111),
    ] as [(MachineCheck.Form, UInt8, UInt64, UInt64)])
  func forms(form: MachineCheck.Form, bank: UInt8, status: UInt64, global: UInt64) {
    let check = MachineCheck(form, unreadable: 0x1_0000_1100, granularity: 8)
    #expect(check.bank == bank)
    #expect(check.status == status)
    #expect(check.globalStatus == global)
    #expect(check.address == 0x1_0000_1100)
    // A physical address, of which bits 8 and above are valid.
    #expect(check.details == 0x88)
  }

  private static let registers: kvm_regs = {
    var registers = kvm_regs()
    (registers.rax, registers.rbx, registers.rsi, registers.rdi) = (0x10, 0x1000, 0x2000, 0x3000)
    (registers.r8, registers.r13, registers.rip) = (0x8000, 0xd000, 0x40_0000)
    return registers
  }()

  /// The bytes are those of the GNU assembler.
  @Test(
    "the operand in memory",
    arguments: [
      ("vmovdqu ymm0, [rbx]", [0xc5, 0xfe, 0x6f, 0x03], 0x1000, 32, true),
      ("vmovdqu ymm0, [rsi+0x20]", [0xc5, 0xfe, 0x6f, 0x46, 0x20], 0x2020, 32, true),
      ("vmovdqu ymm0, [rsi+rax*4-0x20]", [0xc5, 0xfe, 0x6f, 0x44, 0x86, 0xe0], 0x2020, 32, true),
      ("vmovdqu [rdi], ymm0", [0xc5, 0xfe, 0x7f, 0x07], 0x3000, 32, false),
      ("vpcmpeqb ymm1, ymm0, [rdi]", [0xc5, 0xfd, 0x74, 0x0f], 0x3000, 32, true),
      ("vmovdqu xmm0, [r13]", [0xc4, 0xc1, 0x7a, 0x6f, 0x45, 0x00], 0xd000, 16, true),
      ("vmovdqu64 zmm16, [rsi+0x40]", [0x62, 0xe1, 0xfe, 0x48, 0x6f, 0x46, 0x01], 0x2040, 64, true),
      ("vmovdqu64 ymm16, [rsi+0x1004]", [0x62, 0xe1, 0xfe, 0x28, 0x6f, 0x86, 4, 0x10, 0, 0], 0x3004, 32, true),
      ("vpaddd zmm0, zmm0, [rsi+4]{1to16}", [0x62, 0xf1, 0x7d, 0x58, 0xfe, 0x46, 0x01], 0x2004, 4, true),
      ("por xmm0, [r8]", [0x66, 0x41, 0x0f, 0xeb, 0x00], 0x8000, 16, true),
      ("movdqu xmm0, [rip+0x10]", [0xf3, 0x0f, 0x6f, 0x05, 0x10, 0, 0, 0], 0x40_0018, 16, true),
      ("pshufd xmm0, [rip+0x10], 1", [0x66, 0x0f, 0x70, 0x05, 0x10, 0, 0, 0, 1], 0x40_0019, 16, true),
      ("movss xmm0, fs:[0x10]", [0x64, 0xf3, 0x0f, 0x10, 0x04, 0x25, 0x10, 0, 0, 0], 0x7010, 4, true),
      ("movq xmm0, [ebx]", [0x67, 0xf3, 0x0f, 0x7e, 0x03], 0x1000, 8, true),
      ("clwb [rbx]", [0x66, 0x0f, 0xae, 0x33], 0x1000, 64, false),
      ("pinsrb xmm0, [rbx], 1", [0x66, 0x0f, 0x3a, 0x20, 0x03, 1], 0x1000, 1, true),
    ] as [(String, [UInt8], UInt64, Int, Bool)])
  func operand(name: String, bytes: [UInt8], address: UInt64, size: Int, isRead: Bool) throws {
    // KVM reads on behind the instruction.
    let operand = try #require(MemoryOperand(bytes + [0x90, 0x90], Self.registers, fs: 0x7000, gs: 0))
    #expect(operand.address == address)
    #expect(operand.size == size)
    #expect(operand.isRead == isRead)
    // One that is cut off is none.
    for count in 0..<bytes.count - (name.contains(", 1") ? 1 : 0) {
      #expect(MemoryOperand([UInt8](bytes.prefix(count)), Self.registers, fs: 0, gs: 0) == nil)
    }
  }

  @Test(
    "no operand in memory, or none at one address",
    arguments: [
      ("vmovdqu ymm0, ymm1", [0xc5, 0xfe, 0x6f, 0xc1]),
      ("vpgatherdd ymm0, [rsi+ymm1*4], ymm2", [0xc4, 0xe2, 0x6d, 0x90, 0x04, 0x8e]),
      ("vzeroupper", [0xc5, 0xf8, 0x77]), ("mov al, [rbx]", [0x8a, 0x03]),
    ] as [(String, [UInt8])])
  func noOperand(name: String, bytes: [UInt8]) {
    #expect(MemoryOperand(bytes + [0x90, 0x90], Self.registers, fs: 0, gs: 0) == nil)
  }
}
