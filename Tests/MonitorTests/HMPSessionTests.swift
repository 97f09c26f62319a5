import Monitor
import PersistentMemory
import Testing
import VirtualMachine

/// The answers of the human monitor, line for line as from QEMU 7.2.
@Suite("HMP")
struct HMPSessionTests {
  static let answers: [(String, [String])] = [
    ("", []), ("foo", ["unknown command: 'foo'"]), ("info foo", ["unknown command: 'info foo'"]),
    ("help device_del", ["device_del device -- remove device"]), ("help cont", ["cont|c  -- resume emulation"]),
    ("help device_add", ["device_add driver[,prop=value][,...] -- add device, like -device on the command line"]),
    ("help help", ["help|? [cmd] -- show the help"]),
    ("help object_add", ["object_add [qom-type=]type,id=str[,prop=value][,...] -- create QOM object"]),
    ("help object_del", ["object_del id -- destroy QOM object"]), ("help quit", ["quit|q  -- quit the emulator"]),
    ("help stop", ["stop|s  -- stop emulation"]),
    ("help system_powerdown", ["system_powerdown  -- send system power down event"]),
    ("help system_reset", ["system_reset  -- reset the system"]),
    (
      "help info",
      [
        "info memdev  -- show memory backends", "info memory-devices  -- show memory devices",
        "info memory_size_summary  -- show the amount of initially allocated and present hotpluggable (if enabled) "
          + "memory in bytes.",
        "info nvdimm  -- show media errors and health of NVDIMMs",
        "info status  -- show the current VM status (running|paused)", "info version  -- show the version of QEMU",
      ]
    ),
    ("info status", ["VM status: paused (prelaunch)"]),
    ("info memory_size_summary", ["base memory: 268435456", "plugged memory: 66977792"]),
    (
      "info memory-devices",
      [
        "Memory device [nvdimm]: \"nv0\"", "  addr: 0x100000000", "  slot: 0", "  node: 0", "  size: 66977792",
        "  memdev: /objects/m0", "  hotplugged: false", "  hotpluggable: true",
      ]
    ),
    (
      "info memdev",
      [
        "memory backend: m0", "  size:  67108864", "  merge: true", "  dump: true", "  prealloc: false",
        "  share: true", "  reserve: true", "  policy: default", "  host nodes: ",
        "memory backend: pc.ram", "  size:  268435456", "  merge: true", "  dump: true", "  prealloc: false",
        "  share: false", "  reserve: true", "  policy: default", "  host nodes: ", "",
      ]
    ),
    ("object_add memory-backend-ram,id=x,size=64M", []),
    (
      "object_add memory-backend-ram,id=m0,size=64M",
      ["Error: attempt to add duplicate property 'm0' to object (type 'container')"]
    ),
    ("object_add memory-backend-file,id=h2,mem-path=h2.img", ["Error: Parameter 'size' is missing"]),
    ("object_add", ["object_add: string expected", "Try \"help object_add\" for more information"]),
    ("object_add foo,id=h3", ["Error: Parameter 'qom-type' does not accept value 'foo'"]),
    ("object_add memory-backend-ram,size=4K", ["Error: Parameter 'id' is missing"]),
    ("object_add memory-backend-ram,id=x,size=64X", ["Error: Parameter 'size' expects size"]),
    ("object_add memory-backend-ram,id=x,size=4K,bogus=1", ["Error: Parameter 'bogus' is unexpected"]),
    ("device_add nvdimm,id=hn2,memdev=nosuch", ["Error: Device 'nosuch' not found"]),
    ("device_add nvdimm,id=hn2", ["Error: 'memdev' property must be set"]),
    (
      "device_add nvdimm,id=hn2,memdev=m0,label-size=64K",
      ["Error: Property 'nvdimm.label-size' (0x10000) is required at least 0x20000"]
    ),
    ("device_add nvdimm,id=hn2,memdev=m0,label-size=abc", ["Error: Parameter 'label-size' expects size"]),
    ("device_add nvdimm,id=hn2,memdev=m0,foo=1", ["Error: Property 'nvdimm.foo' not found"]),
    ("device_add foo", ["Error: 'foo' is not a valid device model name"]),
    ("device_add", ["Error: Parameter 'driver' is missing"]),
    ("device_del nv0", ["Error: nvdimm device hot unplug is not supported yet."]),
    ("device_del", ["device_del: string expected", "Try \"help device_del\" for more information"]),
    (
      "device_del a b",
      ["device_del: extraneous characters at the end of line", "Try \"help device_del\" for more information"]
    ),
    ("object_del nosuch", ["Error: object 'nosuch' not found"]),
    ("object_del", ["object_del: string expected", "Try \"help object_del\" for more information"]),
    ("system_powerdown", []), ("  stop  ", []), ("c", []), ("quit", []),
  ]

  @Test("answers are QEMU's", arguments: answers)
  func answer(line: String, expected: [String]) throws {
    let session = HMPSession(try FakeMachine())
    #expect(session.receive(Array("\(line)\n".utf8)) == expected.map { $0 + "\r\n" }.joined() + "(qemu) ")
  }

  static let conditions: [(String, [String], String?)] = [
    (
      "nvdimm_inject_error nv0 4K 256", [],
      "\(ConditionCommand.injectErrors(0x1000..<0x1100, isTold: false)) 0"
    ),
    ("nvdimm_inject_error -n 0 0x10 1", [], "\(ConditionCommand.injectErrors(0x10..<0x11, isTold: true)) 0"),
    ("nvdimm_clear_error nv0 0 1M", [], "\(ConditionCommand.clearErrors(0..<0x10_0000)) 0"),
    (
      "nvdimm_set_health nv0 critical spares=3", [], "\(ConditionCommand.setHealth(["critical", "spares=3"])) 0"
    ),
    ("nvdimm_unsafe_shutdown nv0", [], "\(ConditionCommand.shutDownUnsafely) 0"),
    ("nvdimm_fail_command nv0 1 4", [], "\(ConditionCommand.fail(function: 1, status: 4)) 0"),
    ("nvdimm_inject_error nv9 0 1", ["Error: Device 'nv9' not found"], nil),
    ("nvdimm_inject_error nv0 x 1", ["Error: Parameter 'offset' expects a number"], nil),
    ("nvdimm_inject_error nv0 0 0", ["Error: a range of media errors has at least one byte, and an end"], nil),
    (
      "nvdimm_clear_error nv0 16E 1", ["Error: Parameter 'offset' expects a number"], nil
    ),
    (
      "nvdimm_clear_error nv0 0",
      [
        "nvdimm_clear_error: 1 more expected", "Try \"help nvdimm_clear_error\" for more information",
      ], nil
    ),
    (
      "nvdimm_unsafe_shutdown nv0 1",
      [
        "nvdimm_unsafe_shutdown: extraneous characters at the end of line",
        "Try \"help nvdimm_unsafe_shutdown\" for more information",
      ], nil
    ),
    (
      "nvdimm_set_health",
      ["nvdimm_set_health: string expected", "Try \"help nvdimm_set_health\" for more information"], nil
    ),
  ]

  @Test("NVDIMMs are made to fail", arguments: conditions)
  func condition(line: String, expected: [String], request: String?) throws {
    let machine = try FakeMachine()
    let session = HMPSession(machine)
    #expect(session.receive(Array("\(line)\n".utf8)) == expected.map { $0 + "\r\n" }.joined() + "(qemu) ")
    #expect(machine.requests == (request.map { [$0] } ?? []))
  }

  @Test("info nvdimm shows health and media errors") func information() throws {
    let machine = try FakeMachine()
    try machine.condition.health.set(["fatal", "spares=5", "shutdown=dirty"])
    _ = machine.condition.errors.insert(0x1000..<0x1200)
    machine.condition.security.start(in: .locked)
    let lines = [
      "slot: 0", "device: nv0", "state: fatal", "spares: 5", "used: 0", "media-temperature: 25",
      "controller-temperature: 30", "alarm-spares: true", "alarm-media-temperature: false",
      "alarm-controller-temperature: false", "shutdown-count: 0", "shutdown: dirty", "security: locked",
      "firmware-version: 0x1",
      "media-errors: 1", "  0x1000-0x11ff",
    ]
    #expect(
      HMPSession(machine).receive(Array("info nvdimm\n".utf8))
        == lines.map { "  \($0)\r\n" }.joined() + "(qemu) ")
  }

  @Test("help lists every command, and info every subject") func help() throws {
    let session = HMPSession(try FakeMachine())
    let help = session.receive(Array("help\n".utf8))
    for name in [
      "cont|c", "device_add", "device_del", "help|?", "info", "nvdimm_inject_error", "nvdimm_clear_error",
      "nvdimm_set_health", "nvdimm_unsafe_shutdown", "nvdimm_fail_command", "object_add", "object_del", "quit|q",
      "stop|s",
      "system_powerdown", "system_reset",
    ] {
      #expect(help.contains("\(name) "), "\(name)")
    }
    #expect(session.receive(Array("info\n".utf8)).contains("info memory-devices  -- show memory devices"))
  }

  @Test("a line comes in pieces; one that is too long is dropped whole") func lines() throws {
    let machine = try FakeMachine()
    let session = HMPSession(machine)
    #expect(session.receive(Array("sto".utf8)).isEmpty)
    #expect(session.receive(Array("p\ncont\nin".utf8)) == "(qemu) (qemu) ")
    #expect(session.receive(Array("fo status\n".utf8)) == "VM status: running\r\n(qemu) ")
    let long = Array(("quit" + String(repeating: " ", count: 5000) + "\n").utf8)
    #expect(session.receive(long) == "Error: a line has at most 4095 characters\r\n(qemu) ")
    #expect(machine.requests.isEmpty)
  }

  /// Keys at a terminal, and the resulting line.
  static let keys: [(String, String)] = [
    ("stoop\u{7f}\u{7f}p", "stop"), ("top\u{01}s", "stop"), ("xstop\u{01}\u{04}", "stop"), ("sop\u{02}\u{02}t", "stop"),
    ("stop xyz\u{17}\u{7f}", "stop"), ("garbage\u{15}stop", "stop"), ("stopxx\u{1b}[D\u{1b}[D\u{0b}", "stop"),
    ("garbage\u{03}stop", "stop"), ("sto\t", "stop"), ("to\u{1b}[Hs\u{1b}[Fp", "stop"),
    ("sxtop\u{1b}OH\u{06}\u{1b}[3~", "stop"),
    ("st\u{1b}[99;99~op", "stop"), ("stöop\u{02}\u{02}\u{7f}", "stop"),
  ]

  @Test("a line at a terminal can be edited", arguments: keys)
  func editing(keys: String, line: String) throws {
    let machine = try FakeMachine()
    machine.runState = .running
    let terminal = HMPTerminal(machine)
    let shown = terminal.receive(Array("\(keys)\r".utf8))
    #expect(machine.runState == .paused, "\(shown)")
    #expect(shown.hasSuffix("\r\n(qemu) "))
  }

  @Test("earlier lines come back") func history() throws {
    let machine = try FakeMachine()
    let terminal = HMPTerminal(machine)
    _ = terminal.receive(Array("cont\rstop\rinfo status\r".utf8))
    #expect(machine.runState == .paused)
    _ = terminal.receive(Array("\u{1b}[A\u{1b}[A\u{1b}[A\u{1b}[A\r".utf8))
    #expect(machine.runState == .running)
    _ = terminal.receive(Array("\u{10}\u{10}\u{10}\u{0e}\u{10}\r".utf8))
    #expect(machine.runState == .paused)
  }

  @Test("a text that is pasted is shown once, not once for each of its characters") func pasting() throws {
    let terminal = HMPTerminal(try FakeMachine())
    let text = String(repeating: "a", count: 4000)
    let shown = terminal.receive(Array("\(text)\r\(text)".utf8))
    #expect(shown.utf8.count < 4 * text.utf8.count)
    #expect(shown.contains("unknown command: '\(text)'"))
    #expect(shown.hasSuffix("(qemu) \(text)\u{1b}[K"))
  }
}
