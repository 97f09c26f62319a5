import Foundation
import TestSupport
import Testing

/// If a system call fails, or a program is killed at one, the result is the state before or after the change, or an
/// open change that repair brings to one of them. Every leftover file is named, or removed by the next run.
///
/// With `VNVDIMM_CRASH_STATES=all` in the environment, every call of every verb is tested, not only each seventh.
@Suite("Errors and signals at system calls")
struct InjectedCrashTests {
  static let step = ProcessInfo.processInfo.environment["VNVDIMM_CRASH_STATES"] == "all" ? 1 : 7

  private static let calls =
    "pwrite64,write,fsync,ftruncate,fallocate,linkat,renameat2,rename,unlink,fsetxattr,copy_file_range"

  static let changes = [
    "vnvdimm-migrate-labels move nv.img 1", "vnvdimm-migrate-labels resize nv.img 256K",
    "vnvdimm-migrate-labels resize nv.img 1M --keep-guest-size", "vnvdimm-migrate-labels convert nv.img 1.1",
    "vnvdimm-migrate-labels renew-uuids nv.img", "vnvdimm-migrate-labels split nv.img split.bin",
    "vnvdimm-migrate-labels add nv.img --namespace raw,size=16M,name=new", "vnvdimm-resize-guard apply nv.img +16M",
    "vnvdimm-create --overwrite --size 64M --label-size 128K --namespace raw,name=other nv.img",
    "vnvdimm-resize-guard seal nv.img --sidecar seal.json",
  ]

  private let folder: TemporaryDirectory
  private var file: URL { folder.url.appendingPathComponent("nv.img") }

  init() throws { folder = try TemporaryDirectory() }

  /// The state that a guest would find: size, labels without uuids, and the data of a namespace.
  private struct State: Hashable {
    let size: Int
    let labels: String
    let data: Data
  }

  private func state() throws -> State {
    let run = try ProgramRun("vnvdimm-label-dump", ["nv.img"], in: folder.url)
    let lines = run.text.split(separator: "\n").filter { !$0.hasPrefix("0  ") && !$0.hasPrefix("1  ") }
    let labels = lines.map { $0.replacing(/^[0-9]+ +[-0-9a-f]{36}/, with: "") }.sorted().joined(separator: "\n")
    let bytes = try Data(contentsOf: file)
    return State(size: bytes.count, labels: labels, data: bytes.prefix(16 << 20))
  }

  private func run(_ change: String, under tracer: [String] = []) throws -> ProgramRun {
    let words = change.split(separator: " ").map(String.init)
    let program = [ProgramRun.products.appendingPathComponent(words[0]).path] + words.dropFirst()
    let command = (tracer.isEmpty ? [] : ["/usr/bin/strace", "-f", "-qq", "-o", "trace"] + tracer) + program
    return try ProgramRun(executable: URL(fileURLWithPath: command[0]), Array(command.dropFirst()), in: folder.url)
  }

  /// Restores the folder to its state before any change.
  private func reset() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) where name != "base" {
      try FileManager.default.removeItem(atPath: folder.path(name))
    }
    let copy = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/cp"), ["--sparse=always", "base", "nv.img"], in: folder.url)
    try #require(copy.status == 0, "\(copy.errors)")
  }

  @Test("every change is made, or not made, or open and ended by repair", arguments: changes)
  func injected(change: String) throws {
    let made = try ProgramRun(
      "vnvdimm-create",
      ["--quiet", "--size", "64M", "--label-size", "128K", "--namespace", "raw,size=16M,name=one"]
        + ["--namespace", "fsdax,size=16M,name=two", "base"], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    let data = try FileHandle(forWritingTo: folder.url.appendingPathComponent("base"))
    for page in stride(from: UInt64(0), to: 16 << 20, by: 1 << 18) {
      try data.seek(toOffset: page)
      try data.write(contentsOf: Data("data \(page)".utf8))
    }
    try data.close()
    try reset()
    let before = try state()
    let whole = try run(change, under: ["-e", "trace=\(Self.calls)"])
    try #require(whole.status == 0, "\(whole.errors)")
    let after = try state()
    let trace = try String(contentsOfFile: folder.path("trace"), encoding: .utf8)
    var counts: [String: Int] = [:]
    for line in trace.split(separator: "\n") {
      if let name = line.firstMatch(of: /^[0-9]+ +([a-z0-9_]+)\(/) { counts[String(name.1), default: 0] += 1 }
    }
    #expect(!counts.isEmpty)
    var number = change.utf8.count
    for (call, count) in counts.sorted(by: { $0.key < $1.key }) {
      for fault in ["error=EIO", "error=ENOSPC", "signal=KILL", "signal=TERM"] {
        for occurrence in 1...count {
          number += 1
          guard number.isMultiple(of: Self.step) else { continue }
          try inject("\(call):\(fault):when=\(occurrence)", into: change, before, after)
        }
      }
    }
  }

  private func inject(_ fault: String, into change: String, _ before: State, _ after: State) throws {
    try reset()
    let what = "\(fault) into \(change)"
    let run = try run(change, under: ["-e", "inject=\(fault)"])
    #expect([0, 1, 2, 137, 143].contains(run.status), "\(what): \(run.status) \(run.errors)")
    let check = try ProgramRun("vnvdimm-check", ["--json", "nv.img"], in: folder.url)
    if check.text.contains("label-change-unfinished") {
      let repair = try self.run("vnvdimm-migrate-labels repair nv.img")
      #expect(repair.status == 0, "\(what): \(repair.errors)")
    }
    let state = try state()
    #expect(state == before || state == after, "\(what): \(state.size), \(state.labels)")
    // The user repeats the command: a change that was not made is now made, and nothing is left over.
    if state == before, before != after {
      for name in ["split.bin", "seal.json"] { try? FileManager.default.removeItem(atPath: folder.path(name)) }
      let again = try self.run(change)
      #expect(again.status == 0, "\(what), again: \(again.errors)")
      #expect(try self.state() == after, "\(what), again")
    }
    var left = try hiddenFiles()
    if run.status == 137, left.contains(where: { $0.hasPrefix(".vnvdimm-") }) {
      // The program was killed between the exchange of the names and the removal of the old file. The next run removes
      // it.
      #expect(state == after, "\(what): \(left)")
      let again = try self.run(change)
      #expect(again.status == 0, "\(what), again: \(again.errors)")
      left = try hiddenFiles()
    }
    #expect(left.allSatisfy { run.status == 137 && $0.hasPrefix(".nv.img.") }, "\(what): \(left)")
  }

  private func hiddenFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix(".") }
  }
}
