import Firmware
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// A guest with its console, from start to end. The tests of the program cover signals, terminals and statuses.
@Suite("Emulation", .needsKVM)
struct EmulationTests {
  /// The outcome of one emulation.
  private struct Result {
    var outcome: Emulation.Outcome?
    var output = Data()
    var starts = 0
    var messages: [String] = []
  }

  /// Runs `payload` with `typed` on its console until it ends.
  private func run(
    _ payload: Payload, typed: [UInt8] = [], hasEscape: Bool = true, restarts: Bool = false
  ) throws -> Result {
    let (keys, console) = (Pipe(), Pipe())
    try keys.fileHandleForWriting.write(contentsOf: Data(typed))
    let host = HostConsole(
      input: FileDescriptor(rawValue: keys.fileHandleForReading.fileDescriptor),
      output: FileDescriptor(rawValue: console.fileHandleForWriting.fileDescriptor), hasEscape: hasEscape)
    let messages = Mutex<[String]>([])
    var result = Result()
    let emulation = try Emulation(
      GuestHardware(memory: 16 << 20), system: KVMSystem(), console: host, restarts: restarts
    ) { message in messages.withLock { $0.append(message) } }
    result.outcome = try emulation.run(FlatProgram(payload.code)) { result.starts += 1 }
    try console.fileHandleForWriting.close()
    result.output = try console.fileHandleForReading.readToEnd() ?? Data()
    result.messages = messages.withLock { $0 }
    return result
  }

  @Test("what the guest sends is the output, and its power-off the end")
  func powerOff() throws {
    let result = try run(
      .with { guest in
        for byte in "ab".utf8 { guest.out(byte, to: 0x3f8) }
        guest.powerOff()
      })
    #expect(result.outcome == .guest(.poweredOff))
    #expect(result.output == Data("ab".utf8))
    #expect(result.starts == 1)
  }

  @Test("a reset is the end, or the start of another life that reads on where the last one stopped")
  func reset() throws {
    #expect(
      try run(.with { $0.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort) }).outcome == .guest(.reset))
    // Each boot echoes one byte and resets; Ctrl-A X then ends the third one.
    let echo = Payload.with { guest in
      guest.waitForInput()
      guest.in(from: 0x3f8)
      guest.outLoaded(to: 0x3f8)
      guest.waitForInput()
      guest.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
      guest.loopForever()
    }
    let keys = Pipe()
    let console = Pipe()
    let host = HostConsole(
      input: FileDescriptor(rawValue: keys.fileHandleForReading.fileDescriptor),
      output: FileDescriptor(rawValue: console.fileHandleForWriting.fileDescriptor), hasEscape: true)
    let typist = Thread {
      for byte in "pq".utf8 {
        try? keys.fileHandleForWriting.write(contentsOf: Data([byte]))
        _ = try? console.fileHandleForReading.read(upToCount: 1)
        try? keys.fileHandleForWriting.write(contentsOf: Data([0x0a]))
        usleep(300_000)
      }
      try? keys.fileHandleForWriting.write(contentsOf: Data([1, 0x78]))
    }
    let emulation = try Emulation(
      GuestHardware(memory: 16 << 20), system: KVMSystem(), console: host, restarts: true
    ) { _ in }
    var starts = 0
    typist.start()
    let outcome = try emulation.run(FlatProgram(echo.code)) { starts += 1 }
    #expect(outcome == .quit)
    #expect(starts == 3)
  }

  @Test("keys behind Ctrl-A: help and monitor are messages, X is the end")
  func keys() throws {
    let result = try run(.with { $0.loopForever() }, typed: [1, 0x68, 1, 0x63, 1, 0x78])
    #expect(result.outcome == .quit)
    #expect(
      result.messages == [
        "Ctrl-A X ends the machine, Ctrl-A C switches between console and monitor, Ctrl-A Ctrl-A sends Ctrl-A",
        "this console has no monitor (Ctrl-A X ends the machine)",
      ])
  }

  @Test("without such keys Ctrl-A is the guest's")
  func noKeys() throws {
    let result = try run(
      .with { guest in
        for _ in 0..<2 {
          guest.waitForInput()
          guest.in(from: 0x3f8)
          guest.outLoaded(to: 0x3f8)
        }
        guest.powerOff()
      }, typed: [1, 0x78], hasEscape: false)
    #expect(result.outcome == .guest(.poweredOff))
    #expect(result.output == Data([1, 0x78]))
  }

  @Test("more input than the guest takes at once arrives whole and in order")
  func muchInput() throws {
    let typed = (0..<20_000).map { UInt8(0x20 + $0 % 0x50) }
    // Echoes until it reads a newline.
    let result = try run(.with { $0.echoUntil(0x0a) }, typed: typed + [0x0a])
    #expect(result.outcome == .guest(.poweredOff))
    #expect(result.output == Data(typed + [0x0a]))
  }

  @Test("a reader that goes away ends the machine, with the reason")
  func lostOutput() throws {
    let console = Pipe()
    let host = HostConsole(
      input: nil, output: FileDescriptor(rawValue: console.fileHandleForWriting.fileDescriptor), hasEscape: false)
    try console.fileHandleForReading.close()
    let emulation = try Emulation(
      GuestHardware(memory: 16 << 20), system: KVMSystem(), console: host, restarts: true
    ) { _ in }
    let outcome = try emulation.run(FlatProgram(Payload.with { $0.sendForever(0x61) }.code)) {}
    #expect(outcome == .output("standard output", .brokenPipe))
    #expect(host.outputFailure == .brokenPipe)
  }

  @Test("a guest that does not end in its time is ended")
  func timeout() throws {
    let emulation = try Emulation(
      GuestHardware(memory: 16 << 20), system: KVMSystem(), console: HostConsole(output: nil), restarts: true,
      timeout: .milliseconds(300)
    ) { _ in }
    #expect(try emulation.run(FlatProgram(Payload.with { $0.loopForever() }.code)) {} == .timeout)
  }
}
