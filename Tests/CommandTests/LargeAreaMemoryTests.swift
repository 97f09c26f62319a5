import Basics
import Foundation
import PersistentMemory
import TestSupport
import Testing

/// Programs read a large label area page by page: they need memory for a few pages, and for those that change.
@Suite("Memory for a large label area", .serialized)
struct LargeAreaMemoryTests {
  private static let size = 16 << 20
  /// The largest resident memory of a program in bytes, including what it needs without a label area.
  private static let limit = 32 << 20

  let folder: TemporaryDirectory

  /// Makes a backend with a large label area. Its slots are full of noise except those of two namespaces.
  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--size", "64M", "--label-size", "16M", "--namespace", "fsdax,size=32M", "--namespace",
        "raw,size=16M", "nv.img",
      ], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    var generator = SeededGenerator(fuzzing: "large area")
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent("nv.img"))
    let geometry = try #require(LabelGeometry(areaSize: Self.size, labelSize: 256))
    var noise = (0..<65536).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for start in stride(from: geometry.offset(ofSlot: 64), to: Self.size, by: noise.count) {
      noise.store(UInt64(start), at: 0)
      try file.seek(toOffset: UInt64((64 << 20) + start))
      try file.write(contentsOf: noise.prefix(Self.size - start))
    }
    try file.close()
  }

  /// Runs a program in the folder; returns its largest resident memory in KiB.
  private func run(_ program: String, _ arguments: [String]) throws -> Int {
    let path = ProgramRun.products.appendingPathComponent(program).path
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/python3"), ["-c", Self.meter, path] + arguments, in: folder.url)
    #expect([0, 3].contains(run.status), "\(program) \(arguments): \(run.errors)")
    return try #require(run.errors.split(separator: "\n").last.flatMap { Int($0) }, "\(run.errors)")
  }

  /// Starts the program in its arguments, and prints its largest resident memory in KiB.
  private static let meter = """
    import os, sys
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(child, 0)
    print(usage.ru_maxrss, file=sys.stderr)
    sys.exit(os.waitstatus_to_exitcode(status))
    """

  @Test("every program and every verb") func limited() throws {
    let jobs: [(program: String, arguments: [String])] = [
      ("vnvdimm-check", ["nv.img"]),
      ("vnvdimm-label-dump", ["nv.img"]),
      ("vnvdimm-label-dump", ["nv.img", "--json"]),
      ("vnvdimm-label-dump", ["nv.img", "--map"]),
      ("vnvdimm-migrate-labels", ["add", "nv.img", "--namespace", "raw,size=16M"]),
      ("vnvdimm-migrate-labels", ["move", "nv.img", "3"]),
      ("vnvdimm-migrate-labels", ["restore", "nv.img", "nv.img.labels-1.bin"]),
      ("vnvdimm-migrate-labels", ["renew-uuids", "nv.img"]),
      ("vnvdimm-migrate-labels", ["restore", "nv.img", "nv.img.labels-4.bin"]),
      ("vnvdimm-migrate-labels", ["repair", "nv.img"]),
      ("vnvdimm-migrate-labels", ["split", "nv.img", "labels.bin"]),
      ("vnvdimm-migrate-labels", ["join", "nv.img", "labels.bin"]),
      ("vnvdimm-resize-guard", ["plan", "nv.img", "+32M"]),
      ("vnvdimm-resize-guard", ["apply", "nv.img", "+16M"]),
      ("vnvdimm-resize-guard", ["apply", "nv.img", "-16M", "--allow-shrink"]),
      ("vnvdimm-migrate-labels", ["resize", "nv.img", "2M", "--keep-guest-size"]),
    ]
    for (program, arguments) in jobs {
      let resident = try run(program, arguments)
      #expect(resident <= Self.limit >> 10, "\(program) \(arguments): \(resident) KiB")
    }
    let dump = try ProgramRun("vnvdimm-label-dump", ["nv.img"], in: folder.url)
    #expect(dump.text.contains("2 MiB at 0x4000000"), "\(dump.text)")
  }
}
