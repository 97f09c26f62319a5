import Monitor
import Testing
import VirtualMachine

/// The answers to a client of the QEMU Machine Protocol, byte for byte as from QEMU 7.2.
@Suite("QMP")
struct QMPSessionTests {
  private func session(_ machine: FakeMachine? = nil, negotiated: Bool = true) throws -> QMPSession {
    let machine = try machine ?? FakeMachine()
    let session = QMPSession(machine) { (seconds: 1_795_570_255, microseconds: 853358) }
    if negotiated { _ = session.receive(Array(#"{"execute":"qmp_capabilities"}"#.utf8)) }
    return session
  }

  private static func generic(_ text: String) -> String {
    #"{"error": {"class": "GenericError", "desc": "\#(text)"}}"#
  }

  /// The client's message, and QEMU's answer.
  static let answers: [(String, String)] = [
    ("garbage\n", generic("JSON parse error, invalid keyword 'garbage'")),
    (
      #"{"execute":"qmp_capabilities","id":[1,2.5,null]}"#,
      #"{"id": [1, 2.5, null], "error": {"class": "CommandNotFound", "#
        + #""desc": "Capabilities negotiation is already complete, command ignored"}}"#
    ),
    (
      #"{"execute":"foo","id":{"a":"b"}}"#,
      #"{"id": {"a": "b"}, "error": {"class": "CommandNotFound", "desc": "The command foo has not been found"}}"#
    ),
    ("123\n", generic("QMP input must be a JSON object")), (#""x""#, generic("QMP input must be a JSON object")),
    ("[1]", generic("QMP input must be a JSON object")), (#"{"x":1}"#, generic("QMP input member 'x' is unexpected")),
    (#"{"execute":"query-status","foo":1}"#, generic("QMP input member 'foo' is unexpected")),
    (#"{"execute":1}"#, generic("QMP input member 'execute' must be a string")),
    (#"{"execute":"query-status","arguments":1}"#, generic("QMP input member 'arguments' must be an object")),
    (#"{"execute":"query-status","arguments":{"a":1}}"#, generic("Parameter 'a' is unexpected")),
    (#"{"exec-oob":"query-status"}"#, generic("QMP input member 'exec-oob' is unexpected")),
    ("{}", generic("QMP input lacks member 'execute'")),
    (
      "{'execute':'query-status','id':'q'}",
      #"{"return": {"status": "prelaunch", "singlestep": false, "running": false}, "id": "q"}"#
    ),
    ("@@@\n", generic("JSON parse error, stray '@'")), (#"{"execute":}"#, generic("JSON parse error, expecting value")),
    (#"{"execute":"query-status",}"#, generic("JSON parse error, expecting value")),
    (#"["a","b"}"#, generic("JSON parse error, expected separator in list")),
    ("{1:2}", generic("JSON parse error, key is not a string in object")),
    (#"{"a" 1}"#, generic("JSON parse error, missing : in object pair")),
    (#"{"a":1,"a":2}"#, generic("JSON parse error, duplicate key")),
    (#"{"a":1 "b":2}"#, generic("JSON parse error, expected separator in dict")),
    (#"{"a":"\u00zz"}"#, generic(#"JSON parse error, \\u00zz is not a valid Unicode character"#)),
    (#"{"a":"\ud800"}"#, generic(#"JSON parse error, \\ud800 is not a valid Unicode character"#)),
    (#"{"a":"\q"}"#, generic("JSON parse error, invalid escape sequence in string")),
    (
      #"{"execute":"query-status","id":"\ud83d\ude00"}"#,
      #"{"return": {"status": "prelaunch", "singlestep": false, "running": false}, "id": "\ud83d\ude00"}"#
    ),
    (#"{"execute":"stop"}"#, #"{"return": {}}"#),
    (
      #"{"execute":"query-status","id":1e3}"#,
      #"{"return": {"status": "prelaunch", "singlestep": false, "running": false}, "id": 1000}"#
    ),
    (
      #"{"execute":"query-memory-devices"}"#,
      #"{"return": [{"type": "nvdimm", "data": {"memdev": "/objects/m0", "hotplugged": false, "#
        + #""addr": 4294967296, "hotpluggable": true, "size": 66977792, "slot": 0, "node": 0, "id": "nv0"}}]}"#
    ),
    (
      #"{"execute":"query-memory-size-summary"}"#,
      #"{"return": {"base-memory": 268435456, "plugged-memory": 66977792}}"#
    ),
    (
      #"{"execute":"query-memdev"}"#,
      #"{"return": [{"share": true, "reserve": true, "prealloc": false, "host-nodes": [], "size": 67108864, "#
        + #""merge": true, "dump": true, "policy": "default", "id": "m0"}, {"share": false, "reserve": true, "#
        + #""prealloc": false, "host-nodes": [], "size": 268435456, "merge": true, "dump": true, "#
        + #""policy": "default", "id": "pc.ram"}]}"#
    ),
    (
      object(#""qom-type":"memory-backend-file","id":"m2","mem-path":"f1","share":true,"size":"64M""#),
      generic("Parameter 'size' expects uint64")
    ),
    (object(#""qom-type":"memory-backend-file","id":"m2","mem-path":"f1""#), generic("Parameter 'size' is missing")),
    (object(#""qom-type":"memory-backend-file","id":"m2","size":4096"#), generic("Parameter 'mem-path' is missing")),
    (
      object(#""qom-type":"memory-backend-foo","id":"m2","size":4096"#),
      generic("Parameter 'qom-type' does not accept value 'memory-backend-foo'")
    ),
    (object(#""id":"m2","size":4096"#), generic("Parameter 'qom-type' is missing")),
    (object(#""qom-type":"memory-backend-ram","size":4096"#), generic("Parameter 'id' is missing")),
    (
      object(#""qom-type":"memory-backend-ram","id":"1m","size":4096"#),
      generic("Parameter 'id' expects an identifier")
    ),
    (
      object(#""qom-type":"memory-backend-ram","id":"m2","size":0"#),
      generic("property 'size' of memory-backend-ram doesn't take value '0'")
    ),
    (
      object(#""qom-type":"memory-backend-ram","id":"m2","size":4096,"share":"on""#),
      generic("Invalid parameter type for 'share', expected: boolean")
    ),
    (
      object(#""qom-type":"memory-backend-ram","id":"m2","size":4096,"bogus":1"#),
      generic("Parameter 'bogus' is unexpected")
    ),
    (
      object(#""qom-type":"memory-backend-ram","id":"m0","size":4096"#),
      generic("attempt to add duplicate property 'm0' to object (type 'container')")
    ),
    (#"{"execute":"object-add"}"#, generic("Parameter 'qom-type' is missing")),
    (device(#""driver":"nvdimm","id":"nv2""#), generic("'memdev' property must be set")),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","label-size":1"#),
      generic("Property 'nvdimm.label-size' (0x1) is required at least 0x20000")
    ),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","bogus":"128K""#),
      generic("Property 'nvdimm.bogus' not found")
    ),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","slot":7"#),
      generic("invalid slot number 7, valid range is [0-2]")
    ),
    (device(#""driver":"nvdimm","id":"nv2","memdev":"m0","slot":0"#), generic("slot 0 is busy")),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","unarmed":"maybe""#),
      generic("Parameter 'unarmed' expects 'on' or 'off'")
    ),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","unarmed":1"#),
      generic("Parameter 'unarmed' expects 'on' or 'off'")
    ),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":5"#),
      #"{"error": {"class": "DeviceNotFound", "desc": "Device '5' not found"}}"#
    ),
    (
      device(#""driver":"nvdimm","id":"nv2","memdev":"m0","uuid":"x""#),
      generic("Property 'nvdimm.uuid' has invalid value")
    ),
    (device(#""driver":"foo","id":"nv2""#), generic("'foo' is not a valid device model name")),
    (device(#""id":"nv2""#), generic("Parameter 'driver' is missing")),
    (device(#""driver":5,"id":"nv2""#), generic("'5' is not a valid device model name")),
    (device(#""driver":"nvdimm","id":"2nv","memdev":"m0""#), generic("Parameter 'id' expects an identifier")),
    (#"{"execute":"object-del","arguments":{}}"#, generic("Parameter 'id' is missing")),
    (
      #"{"execute":"object-del","arguments":{"id":5}}"#,
      generic("Invalid parameter type for 'id', expected: string")
    ),
    (
      #"{"execute":"device_del","arguments":{"id":"nv0"}}"#,
      generic("nvdimm device hot unplug is not supported yet.")
    ),
  ]

  private static func object(_ arguments: String) -> String {
    #"{"execute":"object-add","arguments":{\#(arguments)}}"#
  }

  private static func device(_ arguments: String) -> String {
    #"{"execute":"device_add","arguments":{\#(arguments)}}"#
  }

  @Test("answers are QEMU's", arguments: answers)
  func answer(sent: String, expected: String) throws {
    let session = try session()
    #expect(session.receive(Array(sent.utf8)) == expected + "\r\n")
  }

  @Test("what is no message of a monitor is dropped at a limit, and the next one is read") func limits() throws {
    let tooMuch = [
      ("JSON nesting depth limit exceeded", String(repeating: "[", count: 257)),
      ("JSON token count limit exceeded", "[" + String(repeating: "1,", count: 1 << 15)),
      ("JSON token size limit exceeded", "\"" + String(repeating: "a", count: (1 << 20) + 1)),
      ("JSON parse error, number out of range", "1e999 "),
    ]
    let session = try session()
    for (message, sent) in tooMuch {
      #expect(session.receive(Array(sent.utf8)) == Self.generic(message) + "\r\n")
      #expect(session.receive(Array(#"{"execute":"stop"}"#.utf8)) == "{\"return\": {}}\r\n")
    }
    let broken = Array("{\"a\":\"".utf8) + [0xc3, 0x28] + Array("\"}".utf8)
    #expect(session.receive(broken) == Self.generic("JSON parse error, invalid UTF-8 sequence in string") + "\r\n")
  }

  @Test("the greeting names the protocol; before it is agreed on nothing else is done, and no event comes")
  func negotiation() throws {
    let machine = try FakeMachine()
    let session = try session(machine, negotiated: false)
    #expect(session.greeting.hasPrefix(#"{"QMP": {"version": {"qemu": {"#))
    #expect(session.text(of: .stopped).isEmpty)
    #expect(
      session.receive(Array(#"{"execute":"quit"}"#.utf8))
        == #"{"error": {"class": "CommandNotFound", "#
        + #""desc": "Expecting capabilities negotiation with 'qmp_capabilities'"}}"# + "\r\n")
    #expect(machine.requests.isEmpty)
    let asked = #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#
    #expect(
      session.receive(Array(asked.utf8))
        == Self.generic("Parameter 'enable' does not accept value 'oob'") + "\r\n")
    #expect(session.receive(Array(#"{"execute":"qmp_capabilities","id":7}"#.utf8)) == "{\"return\": {}, \"id\": 7}\r\n")
    #expect(!session.text(of: .stopped).isEmpty)
  }

  static let events: [(MachineEvent, String)] = [
    (.stopped, #""event": "STOP""#), (.resumed, #""event": "RESUME""#), (.powerButton, #""event": "POWERDOWN""#),
    (.reset(.hostReset), #""event": "RESET", "data": {"guest": false, "reason": "host-qmp-system-reset"}"#),
    (.reset(.guestReset), #""event": "RESET", "data": {"guest": true, "reason": "guest-reset"}"#),
    (.shutdown(.hostQuit), #""event": "SHUTDOWN", "data": {"guest": false, "reason": "host-qmp-quit"}"#),
    (.shutdown(.guestShutdown), #""event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}"#),
    (
      .backendFailed(slot: 3, reason: "Input/output error"),
      #""event": "__org.vnvdimm_BACKEND_FAILED", "data": {"slot": 3, "reason": "Input/output error"}"#
    ),
  ]

  @Test("events are QEMU's", arguments: events)
  func event(event: MachineEvent, text: String) throws {
    let time = #"{"timestamp": {"seconds": 1795570255, "microseconds": 853358}, "#
    #expect(try session().text(of: event) == time + text + "}\r\n")
  }

  @Test("messages come in whatever pieces, several at once, with blanks between")
  func pieces() throws {
    let session = try session()
    let text =
      "\r\n {\"execute\":\"query-version\",\"id\":1}\t{\"execute\" : \"query-commands\", \"id\": \"a\\u00e9\"} "
    var answers = ""
    for byte in text.utf8 { answers += session.receive([byte]) }
    let whole = try self.session()
    #expect(whole.receive(Array(text.utf8)) == answers)
    #expect(answers.split(separator: "\r\n").count == 2)
    #expect(answers.hasSuffix("\"id\": \"a\\u00e9\"}\r\n"))
  }

  @Test("what never ends is given up, within bounds, and the next message is understood")
  func bounds() throws {
    for (start, piece) in [("{\"a\":\"", "x"), ("[", "[1,"), ("[", "1,"), ("", "[[[[")] {
      let session = try session()
      var answers = session.receive(Array(start.utf8))
      let bytes = Array(String(repeating: piece, count: 400_000).utf8)
      for _ in 0..<8 where answers.isEmpty { answers += session.receive(bytes) }
      #expect(answers.contains("limit exceeded"), "\(start)\(piece)")
      let rest = session.receive(Array("\"\n]}\n{\"execute\":\"query-status\",\"id\":\"z\"}".utf8))
      #expect(rest.contains("\"id\": \"z\""), "\(start)\(piece)")
    }
  }

  @Test("what is asked of the machine reaches it")
  func requests() throws {
    let machine = try FakeMachine()
    let session = try session(machine)
    for command in ["cont", "stop", "system_powerdown", "system_reset", "quit"] {
      #expect(session.receive(Array("{'execute':'\(command)'}".utf8)) == "{\"return\": {}}\r\n")
    }
    #expect(machine.runState == .paused)
    #expect(machine.requests == ["powerdown", "reset", "quit"])
  }
}
