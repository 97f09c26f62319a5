import Foundation
import TestSupport
import Testing

/// Every exit status that a page lists can occur, and no page lists another.
@Suite("Manual pages: exit status")
struct ManPageStatusTests {
  /// A page, its program, and for each status the arguments that lead to it in the folder below.
  static let pages: [(page: String, program: String, commands: [Int32: String])] = [
    (
      "vnvdimm.1", "vnvdimm",
      [
        0: "", 1: "check missing.img", 2: "check --size 1G nv.img", 3: "check --size 64M missing.img", 63: "check .",
        64: "no-such-verb",
      ]
    ),
    (
      "vnvdimm-check.1", "vnvdimm-check",
      [
        0: "nv.img", 1: "missing.img", 2: "--size 1G nv.img", 3: "--size 64M missing.img", 63: ".",
        64: "--size x nv.img",
      ]
    ),
    (
      "vnvdimm-compare.1", "vnvdimm",
      [
        0: "compare nv.img nv.img", 1: "compare nv.img missing.img", 2: "compare --label-size none nv.img torn.bin",
        63: "compare nv.img .", 64: "compare nv.img",
      ]
    ),
    (
      "vnvdimm-create.1", "vnvdimm-create",
      [
        0: "--size 64M --plan new.img", 1: "--size 64M missing/new.img", 2: "--size 64M nv.img", 63: "--size 64M .",
        64: "new.img",
      ]
    ),
    (
      "vnvdimm-emulate.1", "vnvdimm",
      [
        0: "emulate --nvdimm nv.img -dump-acpi .", 1: "emulate --nvdimm nv.img -dump-acpi missing",
        2: "emulate -machine pc,nvdimm -m 128M,slots=1,maxmem=1G -device nvdimm,memdev=m "
          + "-object memory-backend-file,id=m,mem-path=nv.img,size=32M -dump-acpi .",
        63: "emulate --nvdimm . -dump-acpi .", 64: "emulate --no-such-option",
        124: "emulate --nvdimm nv.img --timeout 1 --run id",
      ]
    ),
    (
      "vnvdimm-label-dump.1", "vnvdimm-label-dump",
      [
        0: "--verify nv.img", 1: "missing.img", 2: "--verify --slot 0 nv.img", 3: "--verify torn.bin", 63: ".",
        64: "--slot x nv.img",
      ]
    ),
    (
      "vnvdimm-migrate-labels.1", "vnvdimm-migrate-labels",
      [
        0: "move nv.img 2 --plan", 1: "move missing.img 2", 2: "move nv.img 2 --backup torn.bin",
        63: "move . 2", 64: "nv.img",
      ]
    ),
    (
      "vnvdimm-resize-guard.1", "vnvdimm-resize-guard",
      [
        0: "plan nv.img +16M", 1: "verify nv.img", 2: "plan nv.img 32M",
        3: "verify --align 2M --sidecar sealed.json nv.img", 63: "plan . 64M", 64: "plan nv.img",
      ]
    ),
  ]

  /// Makes a backend with a namespace for slot 1, a damaged index block in its label area, and its fingerprint.
  static func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    let creation = ["--size", "64M", "--slot", "1", "--namespace", "raw", "nv.img"]
    #expect(try ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    var labels = try ProgramRun("vnvdimm-label-dump", ["--raw", "nv.img"], in: folder.url).output
    labels[72] ^= 0xff
    try labels.write(to: folder.url.appendingPathComponent("torn.bin"))
    let sealing = ["seal", "--sidecar", "sealed.json", "nv.img"]
    #expect(try ProgramRun("vnvdimm-resize-guard", sealing, in: folder.url).status == 0)
    return folder
  }

  @Test("each status listed is had, and no other is listed", arguments: pages)
  func statuses(page: String, program: String, commands: [Int32: String]) throws {
    #expect(try ManPage(page).statuses == Set(commands.keys))
    let folder = try Self.folder()
    for (status, command) in commands {
      let run = try ProgramRun(program, command.split(separator: " ").map(String.init), in: folder.url)
      #expect(run.status == status, "\(program) \(command)\n\(run.errors)")
    }
  }
}
