import Foundation
import TestSupport
import Testing

@Suite("VNVDIMM_LOG")
struct DebugLogTests {
  private static func run(
    _ variable: String, _ verb: String, _ arguments: [String], in folder: URL
  ) throws -> ProgramRun {
    try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [variable, ProgramRun.products.appendingPathComponent("vnvdimm-\(verb)").path] + arguments, in: folder)
  }

  @Test("each step is a line on standard error, and the answer is the same")
  func debug() throws {
    let folder = try TemporaryDirectory()
    _ = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "--namespace", "raw", "nv.img"], in: folder.url)
    let quiet = try Self.run("VNVDIMM_LOG=", "label-dump", ["nv.img"], in: folder.url)
    let loud = try Self.run("VNVDIMM_LOG=debug", "label-dump", ["nv.img"], in: folder.url)
    #expect(quiet.errors.isEmpty)
    #expect(loud.text == quiet.text)
    let lines = loud.errors.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("debug: ") })
    #expect(loud.errors.contains("nv.img: opened, a regular file of 66 MiB"))
    #expect(loud.errors.contains("label area of 2 MiB at 0x4000000 found"))
    let change = try Self.run("VNVDIMM_LOG=debug", "migrate-labels", ["move", "nv.img", "1"], in: folder.url)
    #expect(change.status == 0)
    #expect(change.errors.contains("nv.img: 256 bytes written at 0x4000b00"))
    #expect(change.errors.contains("nv.img: flushed"))
  }

  @Test("what a file's name holds cannot end a line")
  func controlCharacters() throws {
    let folder = try TemporaryDirectory()
    _ = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "a\nb"], in: folder.url)
    let loud = try Self.run("VNVDIMM_LOG=debug", "label-dump", ["a\nb"], in: folder.url)
    #expect(loud.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("debug: ") })
  }
}
