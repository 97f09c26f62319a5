import Firmware
import TestSupport
import Testing
import VirtualMachine

/// The machine on the host's own KVM, with payloads of some instructions in 64-bit mode.
@Suite("Machine", .needsKVM)
struct MachineTests {
  @Test("what the guest sends on COM1 arrives, byte by byte")
  func serialOutput() throws {
    let run = try GuestRun(
      .with { guest in
        for byte in "hello\n".utf8 { guest.out(byte, to: 0x3f8) }
        guest.powerOff()
      })
    #expect(run.ending == .poweredOff)
    #expect(run.output == [UInt8]("hello\n".utf8))
  }

  @Test("in loopback what the guest sends comes back to it and does not go out")
  func serialLoopback() throws {
    let run = try GuestRun(
      .with { guest in
        guest.out(0x10, to: 0x3fc)
        guest.out(0x2a, to: 0x3f8)
        guest.in(from: 0x3f8)
        guest.keepLoaded()
        guest.out(0x00, to: 0x3fc)
        guest.outKept(to: 0x3f8)
        guest.powerOff()
      })
    #expect(run.output == [0x2a])
  }

  @Test("what the host types is received")
  func serialInput() throws {
    let run = try GuestRun(
      .with { guest in
        guest.in(from: 0x3f8)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, input: [0x41])
    #expect(run.output == [0x41])
  }

  @Test("the sleep control register powers off, the reset register resets")
  func powerRegisters() throws {
    let off = try GuestRun(
      .with { guest in
        guest.out(GuestPlatform.powerOffValue, to: GuestPlatform.sleepControlPort)
        guest.loopForever()
      })
    #expect(off.ending == .poweredOff)
    let reset = try GuestRun(
      .with { guest in
        guest.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
        guest.loopForever()
      })
    #expect(reset.ending == .reset)
  }

  @Test("other values and widths at the power registers do nothing")
  func powerRegistersOtherwise() throws {
    let run = try GuestRun(
      .with { guest in
        guest.out(GuestPlatform.powerOffValue ^ 0x20, to: GuestPlatform.sleepControlPort)
        guest.out32(UInt32(GuestPlatform.powerOffValue), to: GuestPlatform.sleepControlPort)
        guest.out(0xff, to: GuestPlatform.resetPort)
        guest.out(GuestPlatform.resetValue, to: GuestPlatform.sleepStatusPort)
        guest.out(0x21, to: 0x3f8)
        guest.powerOff()
      })
    #expect(run.ending == .poweredOff)
    #expect(run.output == [0x21])
  }

  @Test("ports and addresses where nothing is read as all ones and swallow writes")
  func nothingThere() throws {
    let run = try GuestRun(
      .with { guest in
        guest.out(0x55, to: 0x70)
        guest.store(0x1234_5678, at: 0xfd00_0000)
        guest.load(from: 0xfd00_0000)
        guest.outLoaded(to: 0x3f8)
        guest.in(from: 0x71)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      })
    #expect(run.output == [0xff, 0xff])
  }

  @Test(
    "a line of two words on COM4 is the guest's report; anything else is none",
    arguments: [
      ("status 7\n", 7), ("status 0\n", 0), ("7\n", nil), ("status 7", nil), ("status 256\n", nil),
      ("status x\n", nil), ("status\n", nil), ("status 1 2\n", nil), ("\nother 1\nstatus 255\n", 255),
      ("status 12345678901234567\n", nil), (String(repeating: "status ", count: 100) + "7\n", nil),
    ] as [(String, UInt8?)])
  func report(text: String, status: UInt8?) throws {
    let run = try GuestRun(
      .with { guest in
        for byte in text.utf8 { guest.out(byte, to: 0x2e8) }
        guest.powerOff()
      })
    #expect(run.status == status)
    #expect(run.output.isEmpty)
  }

  @Test("a guest that never ends is stopped from outside")
  func stopped() throws {
    let run = try GuestRun(.with { $0.loopForever() }, seconds: 1)
    #expect(run.ending == .stopped)
  }

  @Test("a triple fault is a crash, with the processor and the instruction")
  func tripleFault() throws {
    let run = try GuestRun(.with { $0.fault() })
    guard case .crashed(let crash) = run.ending else {
      Issue.record("\(run.ending)")
      return
    }
    #expect(crash.cause == .tripleFault)
    #expect(crash.processor == 0)
  }

  @Test("after a reset RAM is as new, and the guest starts again")
  func freshRAM() throws {
    let hardware = try GuestHardware(memory: 16 << 20)
    // Sends the byte at 3 MiB, then changes it.
    let payload = Payload.with { guest in
      guest.load(from: 0x30_0000)
      guest.outLoaded(to: 0x3f8)
      guest.store(0x77, at: 0x30_0000)
      guest.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
      guest.loopForever()
    }
    for _ in 0..<2 {
      let run = try GuestRun(payload, on: hardware)
      #expect(run.ending == .reset)
      #expect(run.output == [0])
    }
  }

  @Test("RAM beyond the hole continues at 4 GiB")
  func highMemory() throws {
    let hardware = try GuestHardware(memory: 32 << 20, lowLimit: 16 << 20)
    let run = try GuestRun(
      .with { guest in
        guest.store(0x42, at: (1 << 32) + (8 << 20))
        guest.load(from: (1 << 32) + (8 << 20))
        guest.outLoaded(to: 0x3f8)
        guest.load(from: 20 << 20)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, on: hardware)
    #expect(run.output == [0x42, 0xff])
  }

  @Test("RAM of hundreds of GiB takes what is used of it, and its last page is there")
  func hugeMemory() throws {
    let size: UInt64 = 300 << 30
    let hardware = try GuestHardware(memory: size, lowLimit: 3 << 30)
    // One GiB lies between the RAM below the hole and that above.
    let last = size + (1 << 30) - 4
    let run = try GuestRun(
      .with { guest in
        guest.mapLargePage(at: last)
        guest.store(0x51, at: last)
        guest.load(from: last)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, on: hardware)
    #expect(run.output == [0x51])
    #expect(run.ending == .poweredOff)
  }
}
