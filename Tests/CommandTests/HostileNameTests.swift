import Foundation
import TestSupport
import Testing

/// Names with terminal escape sequences: of files, in options, in files of options, and in domains.
@Suite("Nothing reaches a terminal as it is")
struct HostileNameTests {
  static let names = [
    "\u{1b}]0;pwn\u{7}x.img", "a\nERROR\rb.img", "csi\u{9b}31m.img", "rlo\u{202e}gmi.img", "\u{1b}[1m",
  ]

  /// NAME stands for the name, which is that of a file if a file can have it.
  static let calls = [
    "vnvdimm-check NAME", "vnvdimm-check --json NAME", "vnvdimm-check fleet NAME", "vnvdimm-check --size 1G NAME",
    "vnvdimm-check domain NAME", "vnvdimm-check hook NAME prepare", "vnvdimm-check --arch NAME ok.img",
    "vnvdimm-check --slot NAME ok.img", "vnvdimm-check --qemu-version NAME ok.img",
    "vnvdimm-check --prometheus NAME/x ok.img",
    "vnvdimm-check fleet --paths-from NAME", "vnvdimm-label-dump NAME", "vnvdimm-label-dump --map NAME",
    "vnvdimm-label-dump --verify NAME", "vnvdimm-label-dump --json NAME", "vnvdimm-label-dump --svg NAME ok.img",
    "vnvdimm-label-dump --slot NAME ok.img", "vnvdimm-migrate-labels move NAME 2 --plan",
    "vnvdimm-migrate-labels move ok.img NAME", "vnvdimm-migrate-labels copy ok.img NAME",
    "vnvdimm-migrate-labels restore ok.img NAME", "vnvdimm-migrate-labels split ok.img NAME --plan",
    "vnvdimm-migrate-labels init ok.img --name NAME", "vnvdimm-migrate-labels convert ok.img NAME",
    "vnvdimm-migrate-labels move ok.img 1 --backup NAME --plan", "vnvdimm-migrate-labels --NAME x",
    "vnvdimm-resize-guard plan NAME +2M", "vnvdimm-resize-guard plan ok.img NAME", "vnvdimm-resize-guard seal NAME",
    "vnvdimm-resize-guard verify NAME --size 1G", "vnvdimm-resize-guard run NAME -- NAME",
    "vnvdimm-create --size 32M NAME", "vnvdimm-create --plan --size 32M NAME", "vnvdimm-create --from NAME x.img",
    "vnvdimm-create --size NAME x.img", "vnvdimm-create --label-size NAME --size 32M x.img",
    "vnvdimm-create --size 32M --namespace NAME x.img", "vnvdimm-create --preallocate NAME --size 32M x.img",
    "vnvdimm-create --id NAME --size 32M x.img", "vnvdimm NAME", "vnvdimm explain NAME", "vnvdimm config NAME",
    "vnvdimm compare NAME x.img", "vnvdimm list --timeout NAME",
    "vnvdimm doctor NAME",
    "vnvdimm emulate NAME", "vnvdimm emulate --nvdimm NAME/x", "vnvdimm emulate --engine kvm -kernel NAME/x",
    "vnvdimm emulate -m NAME",
    "vnvdimm emulate -machine NAME", "vnvdimm emulate -device NAME", "vnvdimm emulate -object NAME",
    "vnvdimm emulate --engine kvm -serial NAME", "vnvdimm emulate --engine kvm -serial file:NAME/x/y -kernel k",
    "vnvdimm emulate --engine NAME",
    "vnvdimm emulate -numa NAME", "vnvdimm emulate -smp NAME", "vnvdimm emulate -NAME",
    "vnvdimm emulate --nvdimm ok.img,label-size=2M -dump-acpi NAME/x",
  ]

  /// Options appended to a command line that QEMU accepts.
  static let options = [
    "-m NAME", "-machine q35,NAME=on", "-object NAME", "-object memory-backend-file,id=NAME,size=34M,mem-path=ok.img",
    "-object memory-backend-file,id=m,size=34M,mem-path=NAME", "-device NAME", "-device nvdimm,memdev=NAME",
    "-device nvdimm,NAME=1", "-readconfig NAME", "-readconfig group", "-smp NAME", "-cpu NAME", "-numa NAME", "-NAME",
    "-name NAME", "-set NAME", "-global NAME",
  ]

  private static func commands(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a: false
    case ..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  @Test(arguments: Self.names) func name(_ name: String) throws {
    let folder = try TemporaryDirectory()
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "32M", "ok.img"], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    try FileManager.default.copyItem(atPath: folder.path("ok.img"), toPath: folder.path(name))
    try Data("[\(name) \"x\"]\n a = \"b\"\n".utf8).write(to: folder.url.appendingPathComponent("group"))
    let command = "vnvdimm-check command --qemu-version 7.2 -- qemu-system-x86_64 -m 1G,slots=2,maxmem=4G "
    for line in Self.calls + Self.options.map({ command + "-machine q35,nvdimm=on " + $0 }) {
      let words = line.split(separator: " ").map { String($0).replacing("NAME", with: name) }
      let run = try ProgramRun(words[0], Array(words.dropFirst()), in: folder.url)
      #expect([0, 1, 2, 3, 63, 64].contains(run.status), "\(line): \(run.status)")
      for text in [run.text, run.errors] {
        #expect(!text.unicodeScalars.contains(where: Self.commands), "\(line): \(text.debugDescription)")
        #expect(!text.contains("\nERROR") && !text.contains("ERROR\n"), "\(line): \(text.debugDescription)")
      }
    }
  }

  @Test("what a domain says neither, in the log of the hook") func domain() throws {
    for value in ["4\u{9b}31m\u{202e}", "4&#10;ERROR&#10;"] {
      let domain = """
        <domain type='kvm'><name>guest</name><maxMemory slots='2' unit='GiB'>\(value)</maxMemory><memory unit='GiB'>1\
        </memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><memory model='nvdimm'/></devices></domain>
        """
      let run = try ProgramRun("vnvdimm-check", ["hook", "guest", "prepare", "begin", "-"], input: Data(domain.utf8))
      let lines = run.errors.split(separator: "\n")
      #expect(
        !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("vnvdimm-check: guest: note: not checked: ") },
        "\(run.errors)")
      #expect(!run.errors.unicodeScalars.contains(where: Self.commands), "\(run.errors.debugDescription)")
    }
  }
}
