import Firmware
import Foundation
import TestSupport
import Testing

/// The monitors of a machine that `vnvdimm emulate` runs.
@Suite("emulate has monitors", .needsKVM)
struct EmulateMonitorTests {
  /// Makes a guest that sends "!", waits until the byte at the first NVDIMM address is `*`, and sends that byte.
  private func guestThatWaits() throws -> EmulatedGuest {
    try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.wait(for: 0x2a, at: 1 << 32)
      payload.outLoaded(to: 0x3f8)
      payload.waitForEvent()
      payload.outLoaded(to: 0x3f8)
      payload.in32(from: GuestPlatform.eventStatusPort)
      payload.outLoaded(to: 0x3f8)
      payload.powerOff()
    }
  }

  private static let machine = "-machine pc,nvdimm -qmp unix:@/qmp,server,nowait"

  @Test("an NVDIMM that is plugged is in the guest's memory at once, with an event for it, once")
  func plugging() throws {
    let guest = try guestThatWaits()
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    try FileHandle(forWritingTo: URL(fileURLWithPath: backend)).write(contentsOf: Data("*".utf8))
    let console = Pipe()
    let program = try guest.start(Self.machine, output: console.fileHandleForWriting)
    try console.fileHandleForWriting.close()
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    let object = #""qom-type":"memory-backend-file","id":"m1","mem-path":"\#(backend)","share":true,"size":4194304"#
    #expect(client.ask(#"{"execute":"object-add","arguments":{\#(object)}}"#)["return"] != nil)
    let device = #""driver":"nvdimm","id":"nv1","memdev":"m1","label-size":131072"#
    #expect(client.ask(#"{"execute":"device_add","arguments":{\#(device)}}"#)["return"] != nil)
    #expect(client.event("SHUTDOWN") != nil)
    #expect(try console.fileHandleForReading.readToEnd() == Data([0x2a, 1, 0]))
    #expect(program.status(within: 20) == 0)
    #expect(!FileManager.default.fileExists(atPath: guest.folder.path("qmp")))
  }

  @Test("several clients, one after the other; one that leaves in the middle of a message leaves nothing behind")
  func clients() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let program = try guest.start(Self.machine)
    for _ in 0..<3 {
      let client = try MonitorClient(guest.folder.path("qmp"))
      #expect(client.negotiate())
      client.send(#"{"execute":"query-status","arguments":{"#)
    }
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    let status = client.ask(#"{"execute":"query-status","id":5}"#)
    #expect(status["id"] as? Int == 5)
    #expect((status["return"] as? [String: Any])?["status"] as? String == "running")
    #expect(client.ask(#"{"execute":"quit"}"#)["return"] != nil)
    #expect(program.status(within: 20) == 0)
  }

  @Test("clients that say nothing hold up nobody, however many they are")
  func silentClients() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let program = try guest.start(Self.machine)
    let silent = try (0..<20).map { _ in try MonitorClient(guest.folder.path("qmp")) }
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    #expect(client.ask(#"{"execute":"query-status","id":5}"#)["id"] as? Int == 5)
    // A client that connected earlier is served as well, unless it had to give way.
    #expect(silent[19].negotiate())
    #expect(client.ask(#"{"execute":"quit"}"#)["return"] != nil)
    #expect(program.status(within: 20) == 0)
  }

  @Test("a client that does not read holds up nobody")
  func deafClient() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let program = try guest.start(Self.machine)
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    let commands = String(repeating: #"{"execute":"stop"}{"execute":"cont"}"#, count: 100)
    // Until the monitor accepts no more.
    while client.send(commands) {}
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
  }

  @Test("-S: no instruction runs before cont; stop holds the guest and loses none of its output")
  func pausing() throws {
    let guest = try EmulatedGuest { payload in
      payload.send(0x61, times: 20_000)
      payload.waitForInput()
      payload.powerOff()
    }
    let (console, keys) = (Pipe(), Pipe())
    let program = try guest.start(
      "-S \(Self.machine) -smp 2", input: keys.fileHandleForReading, output: console.fileHandleForWriting)
    try console.fileHandleForWriting.close()
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    func status() -> String? {
      (client.ask(#"{"execute":"query-status"}"#)["return"] as? [String: Any])?["status"] as? String
    }
    #expect(status() == "prelaunch")
    usleep(200_000)
    var waiting = pollfd(fd: console.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    // Safe: one element, as the call is told.
    #expect(unsafe poll(&waiting, 1, 0) == 0)
    for _ in 0..<30 {
      #expect(client.ask(#"{"execute":"cont"}"#)["return"] != nil)
      #expect(status() == "running")
      #expect(client.ask(#"{"execute":"stop"}"#)["return"] != nil)
      #expect(status() == "paused")
    }
    #expect(client.ask(#"{"execute":"cont"}"#)["return"] != nil)
    try keys.fileHandleForWriting.write(contentsOf: Data("x".utf8))
    #expect(try console.fileHandleForReading.readToEnd() == Data(repeating: 0x61, count: 20_000))
    #expect(program.status(within: 20) == 0)
  }

  @Test("system_reset starts the guest anew, also while it is held; system_powerdown presses the button")
  func resetting() throws {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let console = Pipe()
    let program = try guest.start(Self.machine, output: console.fileHandleForWriting)
    let client = try MonitorClient(guest.folder.path("qmp"))
    #expect(client.negotiate())
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    client.send(#"{"execute":"system_reset"}"#)
    let data = client.event("RESET")?["data"] as? [String: Any]
    #expect(data?["reason"] as? String == "host-qmp-system-reset")
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    client.send(#"{"execute":"stop"}{"execute":"system_reset"}{"execute":"system_powerdown"}"#)
    #expect(client.event("STOP") != nil)
    #expect(client.event("POWERDOWN") != nil)
    #expect(client.ask(#"{"execute":"quit"}"#)["return"] != nil)
    #expect(program.status(within: 20) == 0)
  }

  @Test("Ctrl-A C gives the console to the monitor and back")
  func console() throws {
    let guest = try EmulatedGuest { $0.echoUntil(0x0a) }
    let keys = "ab\u{01}cinfo status\n\u{01}cde\n"
    let run = try guest.run("", input: Data(keys.utf8))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.text.contains("type 'help' for more information\r\n(qemu) VM status: running\r\n(qemu) "))
    // The guest may send a letter late, when the monitor already has the console.
    let said = run.text.split(whereSeparator: \.isNewline).filter { !$0.contains("(qemu)") && !$0.contains("monitor") }
    #expect(said.joined() == "abde")
  }

  @Test("a monitor at standard input and output", arguments: ["-monitor stdio", "-monitor stdio -serial null"])
  func standardStreams(options: String) throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let run = try guest.run(options, input: Data("info status\nquit\n".utf8))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.text.hasPrefix("vnvdimm emulate monitor - type 'help' for more information\r\n(qemu) "))
    #expect(run.text.contains("VM status: running\r\n"))
  }

  @Test("QMP at standard input and output") func standardStreamsQMP() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let run = try guest.run(
      "-qmp stdio", input: Data(#"{"execute":"qmp_capabilities"}{"execute":"quit","id":"bye"}"#.utf8))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.text.hasPrefix("{\"QMP\": "))
    #expect(run.text.contains("{\"return\": {}, \"id\": \"bye\"}\r\n"))
    #expect(run.text.contains("\"event\": \"SHUTDOWN\""))
  }

  @Test("a monitor for people at a socket") func socket() throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let program = try guest.start("-monitor unix:@/hmp,server=on,wait=on -machine pc,nvdimm")
    let client = try MonitorClient(guest.folder.path("hmp"))
    #expect(client.text(until: "(qemu) ")?.contains("monitor - type 'help'") == true)
    client.send("object_add memory-backend-ram,id=m1,size=4M\ndevice_add nvdimm,memdev=m1\ninfo memory_size_summary\n")
    #expect(client.text(until: "plugged memory: 4194304\r\n(qemu) ") != nil)
    client.send("quit\n")
    #expect(program.status(within: 20) == 0)
  }

  @Test("standard input and output serve one device; other kinds of sockets are refused")
  func refusals() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let shared = try guest.run("-monitor stdio -qmp stdio")
    #expect(shared.status == 64)
    #expect(shared.errors.contains("-qmp: cannot use stdio by multiple character devices"))
    let other = try guest.run("-qmp tcp:localhost:4444,server,nowait")
    #expect(other.status == 63)
    let absent = try guest.run("-qmp unix:@/missing/socket,server,nowait")
    #expect(absent.status == 1)
    #expect(absent.errors.contains("missing/socket: No such file or directory"))
  }
}
