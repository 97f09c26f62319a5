import Firmware
import Foundation
import TestSupport
import Testing

/// How `vnvdimm emulate` ends on its own VMM, whatever the guest and other processes do.
@Suite("emulate ends", .needsKVM)
struct EmulateEndingTests {
  /// Returns a full pipe with no reader at work.
  private func fullPipe() -> Pipe {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let bytes = [UInt8](repeating: 0, count: 4096)
    // Safe: the buffer is the array's own.
    while unsafe write(descriptor, bytes, bytes.count) > 0 {}
    while unsafe write(descriptor, bytes, 1) > 0 {}
    _ = fcntl(descriptor, F_SETFL, 0)
    return pipe
  }

  @Test("a guest that powers itself off is done; what it sent is the output")
  func powerOff() throws {
    let guest = try EmulatedGuest { payload in
      for byte in "hello\n".utf8 { payload.out(byte, to: 0x3f8) }
      payload.powerOff()
    }
    let run = try guest.run()
    #expect(run.status == 0)
    #expect(run.text == "hello\n")
    #expect(run.errors.isEmpty)
  }

  @Test(
    "a signal ends it, also where two CPUs wait for a reader of their output",
    arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
  func signalWhileOutputBlocks(number: Int32) throws {
    let guest = try EmulatedGuest { payload in
      payload.startOtherCPUs(sending: 0x62)
      // The other CPU is the first to wait.
      payload.spin(1_000_000)
      payload.sendForever(0x61)
    }
    let pipe = fullPipe()
    let program = try guest.start("-smp 2", output: pipe.fileHandleForWriting)
    #expect(EmulatedGuest.hasThreads(program, writing: 2))
    program.signal(number)
    #expect(program.status(within: 20) == 128 + number)
    #expect(program.errors.withoutSizeAdvice == "vnvdimm emulate: ended by signal \(number)\n")
  }

  @Test("the guest runs on where nobody reads what is told of it, and a signal ends it there, too")
  func unreadDiagnostics() throws {
    let guest = try EmulatedGuest { payload in
      for _ in 0..<100 { payload.out(0x21, to: 0x3f8) }
      payload.loopForever()
    }
    let (pipe, console) = (fullPipe(), Pipe())
    let program = try guest.start(
      "-d exits --stats", output: console.fileHandleForWriting, diagnostics: pipe.fileHandleForWriting)
    for _ in 0..<100 { #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8)) }
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
  }

  @Test("lines that find no room are counted: they and those that were told are all") func lostDiagnostics() throws {
    let guest = try EmulatedGuest { payload in
      payload.send(0x61, times: 40_000)
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let (diagnostics, console) = (Pipe(), Pipe())
    let program = try guest.start(
      "-d exits --stats", output: console.fileHandleForWriting, diagnostics: diagnostics.fileHandleForWriting)
    try diagnostics.fileHandleForWriting.close()
    while try console.fileHandleForReading.read(upToCount: 1) == Data("a".utf8) {}
    program.signal(SIGTERM)
    let said = String(decoding: try diagnostics.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(program.status(within: 20) == 128 + SIGTERM)
    let lines = said.split(whereSeparator: \.isNewline)
    let told = lines.count { $0.hasPrefix("exits: ") }
    let lost = lines.compactMap { line in
      line.wholeMatch(of: /vnvdimm emulate: (\d+) lines could not be printed here, and are lost/).flatMap { Int($0.1) }
    }.reduce(0, +)
    let all = lines.compactMap { $0.wholeMatch(of: /stats: exits: (\d+)/).flatMap { Int($0.1) } }
    #expect(lost > 0)
    #expect(all == [told + lost])
  }

  @Test("what the guest said last and is lost is told, also where it ends at once", arguments: ["", "-no-reboot"])
  func lostOutput(option: String) throws {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      if option.isEmpty {
        payload.powerOff()
      } else {
        payload.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
      }
      payload.loopForever()
    }
    let run = try guest.run("-serial file:/dev/full \(option)")
    #expect(run.status == 1)
    #expect(run.errors == "vnvdimm emulate: /dev/full: No space left on device\n")
  }

  @Test("a signal ends it where it waits for its script", arguments: [SIGTERM, SIGINT])
  func signalBeforeScript(number: Int32) throws {
    let script = Pipe()
    let program = try RunningProgram(
      "vnvdimm", ["emulate", "--engine", "kvm", "--run", "/dev/stdin"], input: script.fileHandleForReading)
    let isWaiting = RunningProgram.wait(20) {
      // read
      (try? String(contentsOfFile: "/proc/\(program.identifier)/syscall", encoding: .utf8))?.hasPrefix("0 ") == true
    }
    #expect(isWaiting)
    program.signal(number)
    #expect(program.status(within: 20) == 128 + number)
  }

  @Test("what cannot be told at the end keeps no signal from ending it") func unreadFailure() throws {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.fault()
    }
    let (pipe, console) = (fullPipe(), Pipe())
    let program = try guest.start(
      "-d exits", output: console.fileHandleForWriting, diagnostics: pipe.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
  }

  @Test("a signal that is ignored where it is started, as under nohup(1), does not end it") func ignoredSignal() throws
  {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let console = Pipe()
    let program = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", #"trap "" HUP; exec "$@""#, "sh", ProgramRun.products.appendingPathComponent("vnvdimm").path]
        + guest.arguments(""), input: .nullDevice, output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    program.signal(SIGHUP)
    // If two signals are pending, the lower number is delivered first.
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
    #expect(program.errors.withoutSizeAdvice == "vnvdimm emulate: ended by signal \(SIGTERM)\n")
  }

  @Test("Ctrl-A X ends it, also where its output is not read")
  func keysWhileOutputBlocks() throws {
    let guest = try EmulatedGuest { $0.sendForever(0x61) }
    let (pipe, keys) = (fullPipe(), Pipe())
    let program = try guest.start(input: keys.fileHandleForReading, output: pipe.fileHandleForWriting)
    #expect(EmulatedGuest.hasThreads(program, writing: 1))
    try keys.fileHandleForWriting.write(contentsOf: Data([1, 0x78]))
    #expect(program.status(within: 20) == 0)
  }

  @Test("Ctrl-A X before the script's end is no success")
  func keysDuringScript() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let script = try guest.makeFile("script", size: 0)
    let run = try guest.run("-initrd @/kernel --run \(script)", input: Data([1, 0x78]))
    #expect(run.status == 1)
    #expect(run.errors == "vnvdimm emulate: guest: ended before its script did\n")
  }

  @Test("the script's status is that of emulate", arguments: [0, 7, 255])
  func scriptStatus(status: Int) throws {
    let guest = try EmulatedGuest { payload in
      for (text, port) in [("a\r\n\0", 0x2f8), ("some words\n", 0x3e8), ("status \(status)\n", 0x2e8)]
        as [(String, UInt16)]
      {
        for byte in text.utf8 { payload.out(byte, to: port) }
      }
      payload.powerOff()
    }
    let script = try guest.makeFile("script", size: 0)
    let run = try guest.run("-initrd @/kernel --run \(script)")
    #expect(run.status == status)
    #expect(run.output == Data("a\r\n\0".utf8) && run.errors == "some words\n")
  }

  @Test("the console of a guest with a script is on standard error, unless it was put elsewhere")
  func scriptConsole() throws {
    let guest = try EmulatedGuest { payload in
      for (text, port) in [("console", 0x3f8), ("script", 0x2f8), ("status 0\n", 0x2e8)] as [(String, UInt16)] {
        for byte in text.utf8 { payload.out(byte, to: port) }
      }
      payload.powerOff()
    }
    let run = try guest.run("-initrd @/kernel --run id")
    #expect(run.text == "script" && run.errors == "console")
    let both = try guest.run("-initrd @/kernel --run id -serial stdio")
    #expect(both.text == "consolescript" && both.errors.isEmpty)
  }

  @Test("a guest that does not end in its time ends with the status of timeout(1)", arguments: ["", "--run id"])
  func timeout(option: String) throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let run = try guest.run("-initrd @/kernel --timeout 1 \(option)")
    #expect(run.status == 124)
    #expect(run.errors == "\rvnvdimm emulate: guest: did not end in time (expected: within 1 seconds)\r\n")
  }

  @Test("a reader of the script's output that goes away ends the guest; one of its errors does not")
  func lostScriptOutput() throws {
    for (port, expected) in [(0x2f8, "vnvdimm emulate: standard output: Broken pipe\n"), (0x3e8, "")]
      as [(UInt16, String)]
    {
      let guest = try EmulatedGuest { payload in
        for _ in 0..<3 { payload.out(0x61, to: port) }
        for byte in "status 0\n".utf8 { payload.out(byte, to: 0x2e8) }
        payload.powerOff()
      }
      let words = guest.arguments("-initrd @/kernel --run id").joined(separator: " ")
      let redirection = expected.isEmpty ? "2>/dev/full" : "2>\(guest.folder.path("errors")) | true"
      let run = try ProgramRun(
        executable: URL(fileURLWithPath: "/bin/bash"),
        ["-o", "pipefail", "-c", "\(ProgramRun.products.path)/vnvdimm \(words) \(redirection)"])
      // Whether the reader has gone by the time the guest writes depends on timing.
      #expect(run.status == 0 || (run.status == 1 && !expected.isEmpty))
      guard run.status == 1 else { continue }
      #expect(try String(contentsOfFile: guest.folder.path("errors"), encoding: .utf8) == expected)
    }
  }

  @Test("a reboot under -no-reboot is an end; a triple fault is a failure")
  func resetAndCrash() throws {
    let reset = try EmulatedGuest { $0.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort) }
    #expect(try reset.run("-no-reboot").status == 0)
    let crash = try EmulatedGuest { $0.fault() }.run()
    #expect(crash.status == 1)
    #expect(crash.errors.contains("guest: CPU 0 at 0x"), "\(crash.errors)")
    #expect(crash.errors.contains(": triple fault\n"), "\(crash.errors)")
  }

  @Test("a console that does not block gets every byte")
  func nonBlockingOutput() throws {
    let guest = try EmulatedGuest { payload in
      payload.send(0x61, times: 100_000)
      payload.powerOff()
    }
    let pipe = Pipe()
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFL, O_NONBLOCK)
    let program = try guest.start(output: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    usleep(1_500_000)
    #expect(try pipe.fileHandleForReading.readToEnd()?.count == 100_000)
    #expect(program.status(within: 20) == 0)
    #expect(program.errors.isEmpty, "\(program.errors)")
  }

  @Test("output that is lost is told with the name of what was to take it")
  func lostOutput() throws {
    let guest = try EmulatedGuest { $0.sendForever(0x61) }
    let run = try guest.run("-serial file:/dev/full")
    #expect(run.status == 1)
    #expect(run.errors == "vnvdimm emulate: /dev/full: No space left on device\n")
    let pipe = Pipe()
    let program = try guest.start(output: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    try pipe.fileHandleForReading.close()
    #expect(program.status(within: 20) == 1)
    #expect(program.errors == "vnvdimm emulate: standard output: Broken pipe\n")
  }

  @Test(
    "a terminal is raw; Ctrl-C stays the way out where Ctrl-A is none",
    arguments: [("stdio", true), ("mon:stdio", false)])
  func terminal(serial: String, sendsSignals: Bool) throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let terminal = try PseudoTerminal()
    let program = try guest.start("-serial \(serial)", input: terminal.line)
    #expect(RunningProgram.wait(10) { !terminal.modes.isCooked })
    #expect(terminal.modes.sendsSignals == sendsSignals)
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
    #expect(terminal.modes == (true, true))
  }

  @Test(
    "a signal ends it as if its power were cut, and what the guest wrote is in its backend",
    arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
  func signals(signal: Int32) throws {
    let guest = try EmulatedGuest { payload in
      payload.store(0x5a5a_5a5a, at: 1 << 32)
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    let console = Pipe()
    let program = try guest.start("--nvdimm \(backend)", output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    program.signal(signal)
    #expect(program.status(within: 20) == 128 + signal)
    #expect(program.errors.withoutSizeAdvice == "vnvdimm emulate: ended by signal \(signal)\n")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: backend))
    #expect(bytes.prefix(5) == Data([0x5a, 0x5a, 0x5a, 0x5a, 0]) && bytes.count == 4 << 20)
  }

  @Test("it can be ended while it waits for a monitor's client, and has made nothing") func waiting() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let program = try guest.start("--nvdimm @/new.img,size=4M -monitor unix:@/monitor,server")
    #expect(RunningProgram.wait(20) { program.errors.contains("waiting for a monitor client") })
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
    #expect(!FileManager.default.fileExists(atPath: guest.folder.path("new.img")))
  }

  @Test("what a guest wrote is made durable, also where its next life fails")
  func durability() throws {
    let guest = try EmulatedGuest { payload in
      payload.store(0x5a5a_5a5a, at: 1 << 32)
      payload.out(0x21, to: 0x3f8)
      payload.waitForInput()
      payload.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
      payload.loopForever()
    }
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    let trace = guest.folder.path("trace")
    let (keys, console) = (Pipe(), Pipe())
    let program = try RunningProgram(
      executable: EmulatedGuest.tracer,
      ["-f", "-qq", "-e", "trace=msync", "-o", trace, ProgramRun.products.appendingPathComponent("vnvdimm").path]
        + guest.arguments("--nvdimm \(backend)"),
      input: keys.fileHandleForReading, output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    try FileManager.default.removeItem(atPath: guest.folder.path("kernel"))
    try keys.fileHandleForWriting.write(contentsOf: Data("x".utf8))
    #expect(program.status(within: 20) == 1)
    #expect(
      program.errors.withoutSizeAdvice == "vnvdimm emulate: \(guest.folder.path("kernel")): No such file or directory\n"
    )
    #expect(try String(contentsOfFile: trace, encoding: .utf8).contains("msync("))
  }
}

extension EmulatedGuest {
  /// strace, which traces system calls if it is installed.
  static let tracer = URL(fileURLWithPath: "/usr/bin/strace")

  /// Waits until `count` CPUs of `program` are in a call that writes. Returns whether that happens in time.
  static func hasThreads(_ program: RunningProgram, writing count: Int) -> Bool {
    RunningProgram.wait(20) {
      let tasks = "/proc/\(program.identifier)/task"
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
      let waiting = threads.filter { thread in
        let name = try? String(contentsOfFile: "\(tasks)/\(thread)/comm", encoding: .utf8)
        let call = try? String(contentsOfFile: "\(tasks)/\(thread)/syscall", encoding: .utf8)
        // write or, if a lock guards it, futex.
        return name?.hasPrefix("vcpu") == true && ["1 ", "202 "].contains { call?.hasPrefix($0) == true }
      }
      return waiting.count >= count
    }
  }
}
