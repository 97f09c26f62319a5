import Firmware
import QEMU
import Synchronization
import TestSupport
import Testing
import VirtualMachine

@Suite("What is told of a machine", .needsKVM)
struct MachineObserverTests {
  private final class Lines: Sendable {
    let lines = Mutex<[String]>([])
    func take(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  /// Runs a guest that sends three bytes to the console and calls a label method. Returns the messages about that, and
  /// the counters.
  private static func watch(_ topics: Set<TraceTopic>?) throws -> (lines: [String], counters: [String]) {
    let hardware = try GuestHardware(memory: 16 << 20)
    let lines = Lines()
    if let topics { hardware.observer.watch(topics) { lines.take($0) } }
    let run = try GuestRun(
      .with { guest in
        for byte in "abc".utf8 { guest.out(byte, to: 0x3f8) }
        guest.out32(16, to: GuestPlatform.methodDoorbellPort)
        guest.powerOff()
      }, on: hardware)
    #expect(run.ending == .poweredOff)
    return (lines.all, hardware.observer.counters.lines)
  }

  @Test("exits are counted by cause, with the calls of label methods")
  func counters() throws {
    let (lines, counters) = try Self.watch([])
    #expect(lines.isEmpty)
    #expect(counters.contains("label calls: 1"))
    #expect(counters.contains("flushes: 0"))
    // Three bytes, the call, the power-off.
    #expect(counters.contains("exits, port writes: 5"))
  }

  @Test("where nobody watches nothing is counted")
  func unwatched() throws {
    #expect(try Self.watch(nil).counters == ["exits: 0", "label calls: 0", "flushes: 0"])
  }

  @Test("a topic gives a line for each of its events, and no other")
  func topics() throws {
    let calls = try Self.watch([.labelCalls]).lines
    #expect(
      calls.count == 1 && calls[0].hasPrefix("dsm: ") && calls[0].hasSuffix(" us: root: _DSM function 0: 4 bytes"))
    let exits = try Self.watch([.exits]).lines.filter { $0.contains(" write of ") }
    #expect(exits.count == 5 && exits.allSatisfy { $0.hasPrefix("exits: ") })
  }
}
