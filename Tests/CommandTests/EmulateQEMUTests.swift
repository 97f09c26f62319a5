import Foundation
import TestSupport
import Testing

/// `vnvdimm emulate --engine qemu` with a shell script as QEMU: how it is started, and how its end is reported.
@Suite("emulate starts QEMU")
struct EmulateQEMUTests {
  private let folder: TemporaryDirectory

  /// Makes a QEMU that runs `steps` and writes its arguments, one a line, to the file `arguments`.
  private init(_ steps: String = "") throws {
    folder = try TemporaryDirectory()
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" >\(folder.path("arguments"))\n\(steps)\n"
    try Data(script.utf8).write(to: folder.url.appendingPathComponent("qemu-system-x86_64"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("qemu-system-x86_64"))
    for name in ["kernel", "script"] { try Data("x".utf8).write(to: folder.url.appendingPathComponent(name)) }
  }

  init() throws { try self.init("") }

  /// Returns shell words that start emulate with `options`, this QEMU and the path of a kernel.
  private func command(_ options: String) -> String {
    "PATH=\(folder.url.path):$PATH exec \(ProgramRun.products.path)/vnvdimm emulate "
      + "-kernel \(folder.path("kernel")) -initrd \(folder.path("kernel")) \(options)"
  }

  private func run(_ options: String) throws -> ProgramRun {
    try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-c", command(options)])
  }

  /// Returns the values that QEMU received for `option`.
  private func values(of option: String) throws -> [String] {
    let words = try String(contentsOfFile: folder.path("arguments"), encoding: .utf8).split(separator: "\n")
    return zip(words, words.dropFirst()).filter { $0.0 == option }.map { String($0.1) }
  }

  /// Returns steps of QEMU that write `status` to the file of the fourth serial port, and words to the first three.
  private static func report(_ status: String) -> String {
    """
    set -- $(sed -n 's/^file://p' $(dirname $0)/arguments)
    printf console; printf 'a\\r\\n\\000b' >$1; echo 7 >$2; echo status \(status) >$3
    """
  }

  @Test(
    "the serial port has the terminal, with a monitor behind Ctrl-A, unless a monitor has it",
    arguments: [
      ("", "mon:stdio"), ("-monitor stdio", "null"), ("-qmp stdio", "null"), ("-serial stdio", "stdio"),
      ("-monitor unix:m,server=on,wait=off", "mon:stdio"), ("-monitor stdio -serial null", "null"),
    ])
  func serial(options: String, expected: String) throws {
    #expect(try run("--engine qemu \(options)").status == 0)
    #expect(try values(of: "-serial") == [expected])
  }

  @Test(
    "accelerators are tried in the order in which they are named",
    arguments: [
      ("-machine pc,accel=kvm:tcg", ["kvm", "tcg"]), ("-accel kvm -accel tcg", ["kvm", "tcg"]), ("", ["tcg"]),
    ])
  func accelerators(options: String, expected: [String]) throws {
    #expect(try run("--engine qemu \(options)").status == 0)
    #expect(try values(of: "-accel") == expected)
  }

  @Test("a script's status is that of emulate")
  func status() throws {
    let qemu = try Self(Self.report("7"))
    let run = try qemu.run("--engine qemu --run \(qemu.folder.path("script"))")
    #expect(run.status == 7)
    #expect(run.output == Data("a\r\n\0b".utf8))
    // The two may come in either order.
    #expect(["7\nconsole", "console7\n"].contains(run.errors))
  }

  @Test("an end of its children that emulate was told to ignore holds up nothing")
  func ignoredChildren() throws {
    let qemu = try Self(Self.report("7"))
    let command = "trap '' CHLD; \(qemu.command("--engine qemu --run \(qemu.folder.path("script"))"))"
    let program = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", command], input: .nullDevice, output: .nullDevice)
    #expect(program.status(within: 20) == 7)
  }

  @Test("QEMU's own failure is that of emulate; a script without a status has failed")
  func failures() throws {
    let failing = try Self("exit 3")
    #expect(try failing.run("--engine qemu --run \(failing.folder.path("script"))").status == 3)
    let run = try run("--engine qemu --run \(folder.path("script"))")
    #expect(run.status == 1)
    #expect(run.errors == "vnvdimm emulate: guest: ended before its script did\n")
  }

  @Test("a QEMU that does not end in its time is ended, also where it does not want to", arguments: ["", "--run id"])
  func timeout(option: String) throws {
    let qemu = try Self("trap '' TERM; while :; do sleep 0.1; done")
    let run = try qemu.run("--engine qemu --timeout 1 \(option)")
    #expect(run.status == 124)
    #expect(run.errors.contains("vnvdimm emulate: guest: did not end in time (expected: within 1 seconds)"))
  }

  @Test("a reader of the script's output that goes away ends QEMU")
  func lostOutput() throws {
    let qemu = try Self(
      "set -- $(sed -n 's/^file://p' $(dirname $0)/arguments); trap '' PIPE; while :; do echo a; sleep 0.1; done >$1")
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"),
      ["-o", "pipefail", "-c", "(\(qemu.command("--engine qemu --run id"))) | head -c 2"])
    #expect(run.status == 1)
    #expect(run.text == "a\n")
    #expect(run.errors == "vnvdimm emulate: standard output: Broken pipe\n")
  }

  /// Returns steps of QEMU that send the guest's final output and the status.
  private static func sends(_ text: String) -> String {
    "set -- $(sed -n 's/^file://p' $(dirname $0)/arguments); printf '\(text)' >$3"
  }

  @Test("a file comes out of the guest to the place that was named, and over none that was there")
  func requests() throws {
    let qemu = try Self(Self.sends("file 0 3\\nabcfile 1 0\\nstatus 0\\n"))
    let options = "--engine qemu --run id --get /a/b:\(qemu.folder.path("got")) --get /c:\(qemu.folder.path("empty"))"
    for _ in 0..<2 { #expect(try qemu.run(options).status == 0) }
    #expect(try String(contentsOfFile: qemu.folder.path("got"), encoding: .utf8) == "abc")
    #expect(try String(contentsOfFile: qemu.folder.path("empty"), encoding: .utf8).isEmpty)
    let run = try qemu.run("--engine qemu --run id --get /a/b:\(qemu.folder.path("kernel"))")
    #expect(run.status == 2)
    #expect(run.errors.contains("the file exists, and did not come from a guest"))
    #expect(try String(contentsOfFile: qemu.folder.path("kernel"), encoding: .utf8) == "x")
  }

  @Test("a file that does not come is told, and outweighs a script that is content", arguments: [(0, 1), (5, 5)])
  func missingFile(answer: Int, status: Int32) throws {
    let qemu = try Self(Self.sends("status \(answer)\\n"))
    let run = try qemu.run("--engine qemu --run id --get /a/b:\(qemu.folder.path("got"))")
    #expect(run.status == status)
    #expect(run.errors == "vnvdimm emulate: /a/b: was not copied out of the guest: No such file or directory\n")
  }

  @Test(
    "what cannot be asked for of a guest is refused before it starts",
    arguments: [
      ("--get /a", "--get /a: needs --run: the file is sent when the script ends"),
      ("--run id --get a", "--get a: is not the absolute path of a file in the guest"),
      ("--run id --get /a/", "--get /a/: is not the absolute path of a file in the guest"),
      ("--run id --get /a/x:/tmp/x --get /b/x:/tmp/x", "--get /b/x:/tmp/x: another file is copied to the same place"),
      ("--qemu-opts \"-name 'x\"", "--qemu-opts -name 'x: a quotation is not closed"),
    ])
  func refusedRequests(options: String, message: String) throws {
    let run = try run("--engine qemu \(options)")
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("vnvdimm emulate: \(message)\n"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("arguments")))
  }

  @Test("words for QEMU stand at the end of its command line")
  func engineOptions() throws {
    #expect(try run("--engine qemu --qemu-opts \"-name 'a b' -rtc base=utc\" --qemu-opts -s").status == 0)
    let words = try String(contentsOfFile: folder.path("arguments"), encoding: .utf8).split(separator: "\n")
    #expect(words.suffix(5) == ["-name", "a b", "-rtc", "base=utc", "-s"])
  }

  @Test("a signal that QEMU takes for a wish to end still ends emulate")
  func signal() throws {
    let qemu = try Self("trap 'exit 0' TERM; \(Self.report("0")); while :; do sleep 0.1; done")
    let output = Pipe()
    let program = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", qemu.command("--engine qemu --run \(qemu.folder.path("script"))")], input: .nullDevice,
      output: output.fileHandleForWriting)
    #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("a\r\n\0b".utf8))
    program.signal(SIGTERM)
    #expect(program.status(within: 20) == 128 + SIGTERM)
  }

  @Test("flush hints, which QEMU does not have, are refused")
  func flushHints() throws {
    let run = try run(
      "--engine qemu -machine pc,nvdimm -m 128M,slots=1,maxmem=1G -device nvdimm,memdev=m,flush-hint=on "
        + "-object memory-backend-file,id=m,share=on,mem-path=\(folder.path("new.img")),size=4M")
    #expect(run.status == 63)
    #expect(
      run.errors.withoutSizeAdvice
        == "vnvdimm emulate: -device nvdimm,memdev=m,flush-hint=on: QEMU has no flush hints\n")
  }
}
