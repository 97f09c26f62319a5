import Foundation
import TestSupport
import Testing

@Suite("vnvdimm-label-dump on bad input")
struct LabelDumpBadInputTests {
  struct Input: Sendable, CustomStringConvertible {
    let name: String
    let arguments: [String]
    let status: Int32
    let message: String
    /// Makes the input at the path.
    let make: @Sendable (String) throws -> Void

    init(
      _ name: String, _ status: Int32, _ message: String, _ arguments: [String] = [],
      make: @escaping @Sendable (String) throws -> Void = { _ in }
    ) {
      self.name = name
      self.arguments = arguments
      self.status = status
      self.message = message
      self.make = make
    }

    var description: String { name }
  }

  private static func write(_ count: Int, _ path: String) throws {
    try Data(repeating: 0, count: count).write(to: URL(fileURLWithPath: path))
  }

  private static func truncated(_ path: String) throws {
    let recorded = try LabelCase("kernel/raw_v12")
    try recorded.makeBackend(of: recorded.dimms[0], at: path)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 134_217_728 + 65536)
    try file.close()
  }

  static let inputs = [
    Input("no such file", 1, "no such file"),
    Input("directory", 63, "a directory, not a backend") {
      try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
    },
    Input("fifo", 63, "a fifo, not a backend") {
      // Safe: the string lives as long as the call.
      #expect(unsafe mkfifo($0, 0o600) == 0)
    },
    Input("dangling symlink", 1, "a symbolic link to a file that does not exist") {
      try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: "/nonexistent")
    },
    Input("empty file", 63, "an empty file has no label area") { try write(0, $0) },
    Input("one byte", 63, "no label area found") { try write(1, $0) },
    Input("zeros", 63, "no label area found") { try write(1 << 20, $0) },
    Input(
      "area cut off", 2,
      "the label area at 0x8000000 is cut off by the end of the backend "
        + "(stored 65536 bytes (64 KiB), expected 131072 bytes (128 KiB))",
      make: truncated),
    Input(
      "cut off by --size", 2, "the label area at 0x8000000 is cut off by the end of --size (stored 512 bytes",
      ["--size", "134218240"]
    ) {
      let recorded = try LabelCase("kernel/raw_v12")
      try recorded.makeBackend(of: recorded.dimms[0], at: $0)
    },
    Input("--size 0", 64, "--size is 0", ["--size", "0"]),
    Input(
      "shorter than --size", 2, "the backend ends before --size, and its label area is cut off", ["--size", "1G"],
      make: truncated),
    Input(
      "shorter than --label-size", 2, "the label area is cut off: the backend is shorter", ["--label-size", "128K"]
    ) { try write(65536, $0) },
    Input("tiny --label-size", 63, "512 bytes cannot hold a label area", ["--label-size", "512"]) {
      try write(65536, $0)
    },
    Input("huge --label-size", 63, "is more than this program reads", ["--label-size", "1T"]) { try write(65536, $0) },
    Input("signed size", 64, "has a sign", ["--label-size", "-1"]),
    Input("--label-size 1X", 64, "is not a number with an optional unit", ["--label-size", "1X"]),
    Input("--size 16777216T", 64, "is too large", ["--size", "16777216T"]),
  ]

  @Test("each has its own message and status, on standard error alone", arguments: inputs)
  func refused(input: Input) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("input")
    try input.make(path)
    for mode in [[], ["--raw"], ["--verify"]] {
      let run = try ProgramRun("vnvdimm-label-dump", mode + input.arguments + [path])
      #expect(run.status == input.status)
      #expect(run.output.isEmpty)
      #expect(run.errors.hasPrefix("vnvdimm-label-dump: "))
      #expect(run.errors.contains(input.message))
    }
    let run = try ProgramRun("vnvdimm-label-dump", ["--json"] + input.arguments + [path])
    let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect((document["error"] as? [String: Any])?["status"] as? Int == Int(input.status))
  }

  @Test("two areas with an equal claim are named, and --label-size decides")
  func ambiguous() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("input")
    let small = try LabelCase("kernel/init_v12")
    let large = try LabelCase("kernel/ls_2m_v12")
    try large.makeBackend(of: large.dimms[0], at: path)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: 134_217_728 + (2 << 20) - (128 << 10))
    try file.write(contentsOf: Data(small.area(of: small.dimms[0])))
    try file.close()
    let run = try ProgramRun("vnvdimm-label-dump", [path])
    #expect(run.status == 63)
    #expect(run.errors.contains("more than one possible label area: 128K at 0x81e0000, 2M at 0x8000000"))
    #expect(try ProgramRun("vnvdimm-label-dump", ["--label-size", "2M", path]).text.contains("2 MiB at 0x8000000"))
  }
}
