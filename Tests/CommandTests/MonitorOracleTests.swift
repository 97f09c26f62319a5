import Foundation
import TestSupport
import Testing

/// A real QEMU and `vnvdimm emulate`, each with its own files, must give the same answers to the same commands.
@Suite(
  "Monitors of QEMU and emulate", .needsKVM,
  .enabled(if: OracleQEMU.isPresent, "needs qemu-system-x86_64 of release 7.2"))
struct MonitorOracleTests {
  /// The commands for each, in this order; `@` stands for the folder of the files.
  static let commands = [
    command("query-memory-devices"), command("query-memory-size-summary"), command("query-status"),
    object("m1", size: 64 << 20), object("m1", size: 64 << 20), object("m2", size: 128 << 20, path: "m1.img"),
    device("nv1", "m1", #","label-size":131072"#), device("nv1", "m1"), device("nv2", "m1"), device("nv2", "nosuch"),
    command("query-memory-devices"), ram("big", size: 256 << 20), device("nv2", "big"),
    device("nv2", "big", #","slot":7"#), device("nv2", "big", #","slot":0"#), device("nv2", "big", #","addr":4096"#),
    device("nv2", "big", #","node":1"#), command("object-del", #"{"id":"big"}"#),
    command("object-del", #"{"id":"m1"}"#), command("object-del", #"{"id":"m0"}"#),
    command("object-del", #"{"id":"nosuch"}"#), command("device_del", #"{"id":"nv0"}"#),
    command("device_del", #"{"id":"nv1"}"#), command("device_del", #"{"id":"nosuch"}"#), ram("r1", size: 5 << 20),
    device("tiny", "r1", #","label-size":5242880"#), device("nv2", "r1", #","addr":4294971392"#),
    device("nv2", "r1", #","addr":2097152"#), device("nv2", "r1", #","addr":4297064448"#),
    device("nv2", "r1", #","addr":4831838208,"slot":3"#), command("query-memory-devices"),
    object("odd", size: 4096 * 3, extra: #","align":65536"#), device("odd", "odd"), ram("r3", size: 4 << 20),
    object("last", size: 12 << 20), #"{"execute":"device_add","arguments":{"driver":"nvdimm","memdev":"last"}}"#,
    device("more", "r3"), command("query-memory-devices"), command("query-memory-size-summary"),
    object("gone", size: 4096, path: "missing/file"), object("align", size: 4096, extra: #","align":3"#),
    object("align", size: 4096, extra: #","align":12288"#), command("query-status"),
  ]

  private static func command(_ name: String, _ arguments: String = "{}") -> String {
    #"{"execute":"\#(name)","arguments":\#(arguments)}"#
  }

  private static func object(_ id: String, size: Int, path: String? = nil, extra: String = "") -> String {
    command(
      "object-add",
      #"{"qom-type":"memory-backend-file","id":"\#(id)","mem-path":"@/\#(path ?? id + ".img")","share":true,"#
        + #""size":\#(size)\#(extra)}"#)
  }

  private static func ram(_ id: String, size: Int) -> String {
    command("object-add", #"{"qom-type":"memory-backend-ram","id":"\#(id)","size":\#(size)}"#)
  }

  private static func device(_ id: String, _ backend: String, _ extra: String = "") -> String {
    command("device_add", #"{"driver":"nvdimm","id":"\#(id)","memdev":"\#(backend)"\#(extra)}"#)
  }

  /// Commands for a machine whose slots are all taken: a backend can still be added, but never plugged.
  static let commandsWhenFull = [
    object("m1", size: 64 << 20), device("nv1", "m1"), device("nv1", "m1", #","slot":0"#), command("query-memdev"),
    object("m1", size: 64 << 20), object("short", size: 128 << 20, path: "m0.img"),
    object("gone", size: 4096, path: "missing/file"), ram("r1", size: 4 << 20), device("nv1", "r1"),
    command("object-del", #"{"id":"m1"}"#), command("query-memdev"), command("query-memory-devices"),
  ]

  /// The message about a file that is too short, which QEMU 10.0 changed.
  private static var shortFile: Regex<(Substring, Substring, Substring)> {
    /(?:[a-z]+[0-9]* )?(backing store size 0x[0-9a-f]+) (?:does not match|is too small for) ('size' option 0x[0-9a-f]+)(?: plus 'offset' option 0x0)?/
  }

  @Test("answer alike", arguments: [("slots=4", commands), ("slots=1", commandsWhenFull)])
  func sequence(slots: String, commands: [String]) throws {
    let guest = try EmulatedGuest { $0.loopForever() }
    let folders = try ["theirs", "ours"].map { name in
      let folder = guest.folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try Data().write(to: folder.appendingPathComponent("m0.img"))
      try FileHandle(forWritingTo: folder.appendingPathComponent("m0.img")).truncate(atOffset: 64 << 20)
      return folder
    }
    func options(_ folder: URL) -> [String] {
      [
        "-machine", "q35,nvdimm=on", "-m", "256M,\(slots),maxmem=512M", "-S", "-object",
        "memory-backend-file,id=m0,share=on,mem-path=\(folder.path)/m0.img,size=64M", "-device",
        "nvdimm,id=nv0,memdev=m0,label-size=128K", "-qmp", "unix:\(folder.path)/qmp,server=on,wait=off",
      ]
    }
    let theirs = try RunningProgram(
      executable: OracleQEMU.program, options(folders[0]) + ["-accel", "tcg", "-display", "none", "-nodefaults"],
      input: .nullDevice, output: .nullDevice)
    let ours = try RunningProgram(
      "vnvdimm", ["emulate", "--engine", "kvm", "-kernel", guest.folder.path("kernel")] + options(folders[1]))
    let clients = try folders.map { try MonitorClient("\($0.path)/qmp") }
    for client in clients { #expect(client.negotiate()) }
    for command in commands {
      let answers = zip(clients, folders).map { client, folder in
        let answer = client.ask(command.replacingOccurrences(of: "@", with: folder.path))
        let text = (try? JSONSerialization.data(withJSONObject: answer, options: .sortedKeys)) ?? Data()
        return String(decoding: text, as: UTF8.self).replacingOccurrences(of: "\\/", with: "/")
          .replacingOccurrences(of: folder.path, with: "@").replacing(Self.shortFile) { "\($0.1) and \($0.2)" }
      }
      #expect(answers[0] == answers[1], "\(command)")
    }
    for client in clients { _ = client.ask(#"{"execute":"quit"}"#) }
    #expect(theirs.status(within: 20) == 0)
    #expect(ours.status(within: 20) == 0)
  }
}

/// The QEMU whose answers are known.
private enum OracleQEMU {
  static let program = URL(fileURLWithPath: "/usr/bin/qemu-system-x86_64")
  static let isPresent: Bool = {
    let version = try? ProgramRun(executable: program, ["--version"]).text
    return version?.contains("version 7.2.") == true
  }()
}
