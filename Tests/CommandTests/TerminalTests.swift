import Foundation
import TestSupport
import Testing

/// Behaviour that differs on a terminal, which `script` of util-linux provides.
@Suite("On a terminal")
struct TerminalTests {
  /// Returns the output to a terminal of `columns` columns while `command` runs in `folder`.
  static func run(_ command: String, columns: Int = 80, environment: [String] = [], in folder: URL) throws -> String {
    let products = ProgramRun.products.path
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      ["-u", "NO_COLOR", "PATH=\(products):/usr/bin:/bin", "TERM=xterm"] + environment
        + ["script", "--quiet", "--command", "stty cols \(columns); \(command)", "/dev/null"], in: folder
    ).text
  }

  @Test("preallocation shows its share, its rate and the time that is left, as wide as there is room")
  func preallocation() throws {
    let folder = try TemporaryDirectory()
    let create = "vnvdimm-create --preallocate full --size 1G nv.img >/dev/null; rm nv.img"
    let wide = try Self.run(create, in: folder.url)
    #expect(wide.contains(try Regex("\r\u{1b}\\[K[0-9]+ %, [0-9]+ MiB/s, [0-9]+:[0-9][0-9] left")), "\(wide)")
    #expect(wide.hasSuffix("\r\u{1b}[K"))
    let narrow = try Self.run(create, columns: 9, in: folder.url)
    #expect(narrow.contains(try Regex("\r\u{1b}\\[K[0-9]+ %\r")) && !narrow.contains("MiB/s"), "\(narrow)")
    #expect(
      try Self.run("vnvdimm-create --quiet --preallocate full --size 1G nv.img; rm nv.img", in: folder.url).isEmpty)
  }

  @Test("a check of many backends tells how many, and how fast, where its answers go elsewhere") func fleet() throws {
    let folder = try TemporaryDirectory()
    #expect(try ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "nv.img"], in: folder.url).status == 0)
    let list = String(repeating: "nv.img\n", count: 20_000)
    try Data(list.utf8).write(to: folder.url.appendingPathComponent("list"))
    let shown = try Self.run("vnvdimm-check fleet --quiet --paths-from list", in: folder.url)
    #expect(shown.contains(try Regex("\r\u{1b}\\[K[0-9]+ paths checked, [0-9]+ a second")), "\(shown.prefix(500))")
  }

  @Test("severities have a colour there, and nowhere else") func colours() throws {
    let folder = try TemporaryDirectory()
    #expect(try ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "nv.img"], in: folder.url).status == 0)
    let check = "vnvdimm-check --size 80M nv.img"
    #expect(try Self.run(check, in: folder.url).contains("  \u{1b}[31merror\u{1b}[0m: backend-smaller: "))
    let warning = try Self.run("vnvdimm-check --size 65M --label-size none nv.img", in: folder.url)
    #expect(warning.contains("  \u{1b}[33mwarning\u{1b}[0m: backend-larger: "))
    for environment in [["NO_COLOR=1"], ["TERM=dumb"]] {
      let plain = try Self.run(check, environment: environment, in: folder.url)
      #expect(plain.contains("  error: backend-smaller: ") && !plain.contains("\u{1b}"))
    }
    #expect(!(try ProgramRun("vnvdimm-check", ["--size", "80M", "nv.img"], in: folder.url).text.contains("\u{1b}")))
    let forced = try ProgramRun("vnvdimm-check", ["--color=always", "--size", "80M", "nv.img"], in: folder.url)
    #expect(forced.text.contains("  \u{1b}[31merror\u{1b}[0m: backend-smaller: "))
    #expect(!(try Self.run("\(check) --color never", in: folder.url).contains("\u{1b}")))
    #expect(try ProgramRun("vnvdimm-check", ["--color", "maybe", "nv.img"], in: folder.url).status == 64)
    #expect(try Self.run("vnvdimm-resize-guard verify nv.img", in: folder.url).contains("nv.img: there is no layout"))
    #expect(!(try Self.run("\(check) --json", in: folder.url).contains("\u{1b}")))
  }

  static let helps =
    [
      "vnvdimm", "vnvdimm compare", "vnvdimm config", "vnvdimm list", "vnvdimm doctor", "vnvdimm emulate",
      "vnvdimm explain", "vnvdimm-check", "vnvdimm-create", "vnvdimm-label-dump",
      "vnvdimm-migrate-labels", "vnvdimm-resize-guard", "vnvdimm-resize-guard plan", "vnvdimm-resize-guard apply",
      "vnvdimm-resize-guard seal", "vnvdimm-resize-guard verify", "vnvdimm-resize-guard run",
    ] + MigrateLabelsTests.verbs.map { "\(MigrateLabelsTests.program) \($0)" }

  @Test("help is one screen with examples", arguments: helps)
  func help(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let lines = try ProgramRun(words[0], words.dropFirst() + ["--help"]).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
    #expect(lines.contains("EXAMPLES"))
    #expect(lines.count <= 44, "\(command): \(lines.count) lines")
  }

  @Test("a program has its arguments where /proc is not mounted") func withoutProc() throws {
    let folder = try TemporaryDirectory()
    #expect(try ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "nv.img"], in: folder.url).status == 0)
    let products = ProgramRun.products.path
    let script = """
      mount -t tmpfs none /proc
      \(products)/vnvdimm-label-dump --slot 300 nv.img; \(products)/vnvdimm label-dump --no-such-option nv.img
      """
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/unshare"), ["--map-root-user", "--mount", "sh", "-c", script],
      in: folder.url)
    #expect(run.errors.contains("vnvdimm-label-dump: --slot 300 is not a slot"))
    #expect(run.errors.contains("vnvdimm-label-dump: Unknown option '--no-such-option'"))
  }
}
