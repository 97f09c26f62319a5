import Basics
import Foundation
import Glibc
import TestSupport
import Testing

/// `vnvdimm list` with real guests, of QEMU and of emulate, whose CPUs are never started.
@Suite("vnvdimm list")
struct ListTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let create = ["-q", "--size", "64M", "--namespace", "raw,name=data", "nv.img"]
    try #require(ProgramRun("vnvdimm-create", create, in: folder.url).status == 0)
  }

  /// Starts a guest that has nv.img. The guest is killed when the returned value goes away.
  private func qemu(_ path: String = "nv.img", through prefix: String = "") throws -> RunningProgram {
    let command = """
      cd \(folder.url.path); exec \(prefix) qemu-system-x86_64 -name guest=g,debug-threads=on -machine pc,nvdimm=on \
      -m 64M,slots=1,maxmem=1G -object memory-backend-file,id=m,share=on,mem-path=\(path),size=66M \
      -device nvdimm,memdev=m,label-size=2M -S -display none -monitor none -serial none
      """
    return try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", command], input: .nullDevice, output: .nullDevice)
  }

  /// Returns the entry listed for the guest `process` once it has the file at `path` open.
  private func entry(of process: Int32, once path: String = "nv.img") throws -> JSONValue {
    try #require(RunningProgram.wait(120) { Self.isOpen(path, by: process) })
    let run = try ProgramRun("vnvdimm", ["list", "--json", "--timeout", "120"], in: folder.url)
    let guests = try JSONValue(parsing: run.text)["guests"]?.elements ?? []
    return try #require(guests.first { $0["process"]?.number() == process }, "\(process) is not listed")
  }

  private static func isOpen(_ name: String, by process: Int32) -> Bool {
    let maps = try? String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
    return maps?.contains("/\(name)") == true
  }

  @Test("QEMU's guest, with the backend, its namespaces, and nobody else who has it") func guest() throws {
    let guest = try qemu()
    let entry = try entry(of: guest.identifier)
    #expect(entry["name"]?.text == "g" && entry["program"]?.text == "qemu-system-x86_64")
    let backend = try #require(entry["backends"]?.elements?.first)
    #expect(backend["path"]?.text?.hasSuffix("/nv.img") == true && backend["path"]?.text?.first == "/")
    #expect(backend["namespaces"]?.elements?.compactMap { $0["name"]?.text } == ["data"])
    #expect(backend["device"]?["dimm_slot"]?.number() == 0)
    #expect(entry["findings"]?.elements?.contains { $0["rule"]?.text == "backend-in-use" } == false)
  }

  @Test("two guests with one backend are told so") func twice() throws {
    let guests = [try qemu(), try qemu()]
    for guest in guests {
      for other in guests { try #require(RunningProgram.wait(120) { Self.isOpen("nv.img", by: other.identifier) }) }
      let findings = try entry(of: guest.identifier)["findings"]?.elements ?? []
      #expect(findings.contains { $0["rule"]?.text == "backend-in-use" && $0["severity"]?.text == "warning" })
    }
  }

  @Test("damage is told as check tells it") func damage() throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: (64 << 20) + 72)
    try file.write(contentsOf: Data([0xff]))
    try file.close()
    let guest = try qemu()
    let entry = try entry(of: guest.identifier)
    let check = try ProgramRun("vnvdimm-check", ["--json", "--label-size", "2M", "nv.img"], in: folder.url)
    func rules(_ document: JSONValue?) -> [String] {
      (document?["findings"]?.elements ?? []).compactMap { $0["rule"]?.text }.filter { $0.hasPrefix("index") }
    }
    #expect(try rules(entry) == rules(JSONValue(parsing: check.text)) && rules(entry) == ["index-checksum"])
    #expect(entry["status"]?.number() == check.status)
  }

  @Test("a file that was replaced is not taken for the guest's") func replaced() throws {
    let guest = try qemu()
    try #require(RunningProgram.wait(120) { Self.isOpen("nv.img", by: guest.identifier) })
    try FileManager.default.moveItem(atPath: folder.path("nv.img"), toPath: folder.path("old-nv.img"))
    try FileManager.default.copyItem(atPath: folder.path("old-nv.img"), toPath: folder.path("nv.img"))
    let entry = try entry(of: guest.identifier, once: "old-nv.img")
    #expect(entry["backends"]?.elements?.isEmpty == true && entry["status"]?.number() == 1)
    let reasons = (entry["not_examined"]?.elements ?? []).compactMap(\.text)
    #expect(reasons.count == 1 && reasons[0].hasSuffix("/nv.img now is not what the guest has open"))
  }

  @Test(
    "a guest in a mount namespace of its own, as libvirt makes them, is examined where its files are those of the host",
    .enabled(if: geteuid() == 0, "only root makes mount namespaces"))
  func otherMounts() throws {
    let guest = try qemu(through: "unshare -m")
    #expect(try entry(of: guest.identifier)["backends"]?.elements?.count == 1)
  }

  @Test(
    "what a user may not see is told, and is no guest without backends",
    .enabled(if: geteuid() == 0, "only root becomes another user"))
  func otherUser() throws {
    let guest = try qemu()
    try #require(RunningProgram.wait(120) { Self.isOpen("nv.img", by: guest.identifier) })
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("."))
    let program = folder.path("vnvdimm")
    try FileManager.default.copyItem(
      atPath: ProgramRun.products.appendingPathComponent("vnvdimm").path, toPath: program)
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/setpriv"),
      ["--reuid", "65534", "--regid", "65534", "--clear-groups", program, "list", "--timeout", "120"], in: folder.url)
    let block = run.text.components(separatedBy: "\n\n").first { $0.hasPrefix("process \(guest.identifier), ") }
    #expect(block?.contains("\n  not examined: what it has open is not shown to this user") == true, "\(run.text)")
    #expect(run.status != 0)
  }

  @Test("a guest of emulate", .needsKVM) func emulate() throws {
    let guest = try EmulatedGuest { $0.spin(1) }
    let make = ["-q", "--size", "64M", "--slot", "1", guest.folder.path("own.img")]
    #expect(try ProgramRun("vnvdimm-create", make).status == 0)
    let running = try guest.start("--nvdimm @/own.img -S -serial null -monitor unix:@/monitor,server,nowait")
    let entry = try entry(of: running.identifier, once: "own.img")
    let backend = try #require(entry["backends"]?.elements?.first, "\(entry) \(running.errors)")
    #expect(backend["path"]?.text?.hasSuffix("/own.img") == true)
  }

  /// Starts a shell under the name `name` that waits for a line that never comes, in a script of the name `script`.
  private func impostor(_ name: String, _ script: String, _ options: String) throws -> RunningProgram {
    let program = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", "cd \(folder.url.path); exec ./\(name) \(script) \(options)"], input: .nullDevice, output: .nullDevice)
    let words = "/proc/\(program.identifier)/cmdline"
    try #require(
      RunningProgram.wait(120) {
        (try? String(contentsOfFile: words, encoding: .utf8))?.hasPrefix("./\(name)") == true
      })
    return program
  }

  /// Makes the shells under their names, with their scripts.
  private func makeImpostors() throws {
    // Safe: the texts live for the calls.
    for pipe in ["wait", "pipe"] { #expect(unsafe mkfifo(folder.path(pipe), 0o600) == 0) }
    for (name, script) in [("qemu-system-x86_64", "script"), ("vnvdimm", "emulate")] {
      try FileManager.default.copyItem(atPath: "/bin/bash", toPath: folder.path(name))
      try Data("exec 3<>wait; read -r line <&3".utf8).write(to: folder.url.appendingPathComponent(script))
    }
  }

  private func block(of guest: RunningProgram, _ name: String, in text: String) -> String {
    text.components(separatedBy: "\n\n").first { $0.hasPrefix("process \(guest.identifier), \(name)") } ?? "not listed"
  }

  @Test("one whose words lead to what never answers holds up nothing") func endless() throws {
    try makeImpostors()
    let guest = try impostor("qemu-system-x86_64", "script", "-readconfig pipe")
    let run = try ProgramRun("vnvdimm", ["list", "--timeout", "2"])
    let block = block(of: guest, "qemu-system-x86_64", in: run.text)
    #expect(block.contains("\n  not examined: it could not be examined in time"), "\(block)")
    #expect(run.status != 0)
  }

  @Test("one that only bears the name of a QEMU or of emulate is listed with what its words say, whatever they lead to")
  func impostors() throws {
    try makeImpostors()
    let odd = [
      "-object memory-backend-file,id=m,size=64M,mem-path=pipe": "/pipe now is not what the guest has open",
      "-object memory-backend-file,id=m,size=64M,mem-path=/dev/zero": "/dev/zero now is not what the guest has open",
      // The script is an image in the guest's folder; the next word names a missing file.
      "$(seq 20000)": "as it was started it would not start now: 1: Could not open '",
      "-name": "not examined: as it was started it would not start now: -name: requires an argument",
    ]
    var guests = try odd.map { (try impostor("qemu-system-x86_64", "script", $0), "qemu-system-x86_64", $1) }
    let fact = "not examined: emulate takes no such command line"
    guests.append((try impostor("vnvdimm", "emulate", "--bogus"), "vnvdimm", fact))
    let run = try ProgramRun("vnvdimm", ["list", "--timeout", "120"])
    for (guest, name, fact) in guests {
      let block = block(of: guest, name, in: run.text)
      #expect(block.contains(fact), "\(fact): \(block)")
    }
  }

  @Test(
    "no guest, and none that a user may see",
    .enabled(if: geteuid() == 0, "only root makes namespaces"))
  func none() throws {
    let program = ProgramRun.products.appendingPathComponent("vnvdimm").path
    try FileManager.default.copyItem(atPath: program, toPath: folder.path("vnvdimm"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("."))
    func list(_ command: String) throws -> String {
      try ProgramRun(
        executable: URL(fileURLWithPath: "/usr/bin/unshare"), ["-mpf", "--mount-proc", "sh", "-c", command],
        in: folder.url
      ).text
    }
    #expect(try list("./vnvdimm list; echo $?") == "no guest is running on this host\n0\n")
    let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups ./vnvdimm list"
    #expect(
      try list("mount -o remount,hidepid=2 /proc && \(nobody)")
        == "no guest is running on this host\n\nthe guests of other users cannot be seen: /proc is mounted with hidepid\n"
    )
  }
}
