import Firmware
import Foundation
import TestSupport
import Testing

/// The privileges that `vnvdimm emulate` gives up once its guest runs.
@Suite("emulate's sandbox", .needsKVM)
struct EmulateSandboxTests {
  /// Returns the fields of /proc/PID/status, by name, of a guest that runs with `options`, and those of its CPU's
  /// thread.
  private func status(_ options: String) throws -> [String: String] {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let console = Pipe()
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    let program = try guest.start("--nvdimm \(backend) \(options)", output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8), "\(program.errors)")
    let tasks = "/proc/\(program.identifier)/task"
    let cpu = try #require(
      try FileManager.default.contentsOfDirectory(atPath: tasks).first { task in
        (try? String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8)) == "vcpu0\n"
      }, "a thread that has its name")
    let lines = try String(contentsOfFile: "\(tasks)/\(cpu)/status", encoding: .utf8).split(separator: "\n")
    return Dictionary(
      lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
      }, uniquingKeysWith: { first, _ in first })
  }

  @Test("no new privileges, a filter of system calls, and none of root's capabilities but those for files")
  func status() throws {
    let status = try status("")
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Seccomp"] == "2")
    let capabilities = try #require(status["CapEff"].flatMap { UInt64($0, radix: 16) })
    #expect(capabilities & ~0xf == 0)
  }

  @Test("--no-sandbox leaves it all as it was") func off() throws {
    let status = try status("--no-sandbox")
    #expect(status["NoNewPrivs"] == "0")
    // The same as in this process, which may be confined itself.
    let own = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
    #expect(own.contains { $0.hasPrefix("Seccomp:") && $0.hasSuffix(status["Seccomp"] ?? "none") })
  }

  @Test("a guest that resets itself starts anew, with its kernel and initramfs from wherever they are")
  func reset() throws {
    // Input typed before the console is ready is lost, as on any machine that is reset.
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.waitForInput()
      payload.in(from: 0x3f8)
      payload.outLoaded(to: 0x3f8)
      payload.out(GuestPlatform.resetValue, to: GuestPlatform.resetPort)
      payload.loopForever()
    }
    try FileManager.default.createSymbolicLink(
      atPath: guest.folder.path("link"), withDestinationPath: guest.folder.path("kernel"))
    let (keys, console) = (Pipe(), Pipe())
    let program = try RunningProgram(
      "vnvdimm",
      ["emulate", "--engine", "kvm", "-m", "64M", "-kernel", guest.folder.path("link"), "-initrd", "/bin/true"],
      input: keys.fileHandleForReading, output: console.fileHandleForWriting)
    for byte in "abc".utf8 {
      #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8), "\(program.errors)")
      try keys.fileHandleForWriting.write(contentsOf: Data([byte]))
      #expect(try console.fileHandleForReading.read(upToCount: 1) == Data([byte]), "\(program.errors)")
    }
    try keys.fileHandleForWriting.write(contentsOf: Data([1, 0x78]))
    #expect(program.status(within: 20) == 0, "\(program.errors)")
  }
}
