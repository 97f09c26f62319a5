import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// Every program reports a change of labels that a crash interrupted, and repair completes it.
@Suite("An interrupted change of labels")
struct InterruptedChangeTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private var file: URL { folder.url.appendingPathComponent("nv.img") }

  /// Makes a backend with a namespace for slot 0, and the steps that convert its labels to version 1.1.
  private func makeSteps() throws -> [StorageStep] {
    let made = try run(
      "vnvdimm-create", "--quiet", "--size", "16M", "--label-size", "2M", "--namespace", "raw,name=one", "nv.img")
    #expect(made.status == 0, "\(made.errors)")
    let bytes = [UInt8](try Data(contentsOf: file))
    let geometry = try BackendGeometry(mappedSize: 18 << 20, labelSize: 2 << 20)
    let backend = try LabelledBackend(LabelArea([UInt8](bytes[(16 << 20)...])), geometry: geometry, length: 18 << 20)
    return try LabelTransaction(backend.converted(to: .v1_1, contents: [:]), canGrow: true).steps
  }

  private func carryOut(_ steps: some Sequence<StorageStep>) throws {
    let handle = try FileHandle(forWritingTo: file)
    for step in steps {
      switch step {
      case .write(let offset, let bytes):
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: bytes.array)
      case .copy(let range, let offset):
        let source = try FileHandle(forReadingFrom: file)
        try source.seek(toOffset: range.lowerBound)
        let bytes = try #require(try source.read(upToCount: range.count))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: bytes)
      case .flush: break
      case .resize(let length): try handle.truncate(atOffset: length)
      }
    }
    try handle.close()
  }

  private func version() throws -> String {
    let run = try run("vnvdimm-label-dump", "nv.img")
    return String(try #require(run.text.firstMatch(of: /\n0 +0x0 +(\S+)/)).1)
  }

  @Test("after each step of it") func everyStep() throws {
    let steps = try makeSteps()
    let before = try Data(contentsOf: file)
    var interruptions = 0
    for count in 0...steps.count {
      try before.write(to: file)
      try carryOut(steps.prefix(count))
      let state = try Data(contentsOf: file)
      guard state.count != before.count else {
        #expect(count == 0 || count >= steps.count - 1)
        continue
      }
      interruptions += 1
      let check = try run("vnvdimm-check", "nv.img")
      #expect(check.status == 2)
      #expect(check.text.contains("error: label-change-unfinished: "))
      #expect(check.text.contains("hint: vnvdimm-migrate-labels repair nv.img"))
      #expect(check.text.components(separatedBy: "hint:").count == 2)
      let guest = try run(
        "vnvdimm", "emulate", "-machine", "pc,nvdimm", "-m", "128M,slots=1,maxmem=1G", "-object",
        "memory-backend-file,id=m,share=on,mem-path=nv.img,size=18M", "-device", "nvdimm,memdev=m,label-size=2M",
        "-dump-acpi", ".")
      #expect(guest.status == 2)
      #expect(guest.errors.contains("a change of its labels was interrupted"))
      try expectRefusals()
      let plan = try run("vnvdimm-migrate-labels", "repair", "nv.img", "--plan")
      #expect(plan.status == 0)
      #expect(try Data(contentsOf: file) == state)
      let repair = try run("vnvdimm-migrate-labels", "repair", "nv.img")
      #expect(repair.status == 0, "\(repair.errors)")
      let isUndone = repair.text.contains("an interrupted change is undone: the labels are as they were\n")
      #expect(plan.text.contains("an interrupted change would be undone: the labels are as they were\n") == isUndone)
      #expect(plan.text.contains("an interrupted change would be completed\n") != isUndone)
      #expect(isUndone != repair.text.contains("an interrupted change is completed"))
      #expect(try version() == (isUndone ? "1.2" : "1.1"))
      if isUndone { #expect(try Data(contentsOf: file) == before) }
      #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
      #expect(try run("vnvdimm-check", "--quiet", "nv.img").status == 0)
    }
    #expect(interruptions > 5)
  }

  /// Expects this one diagnosis and this one hint from every other program, and an unchanged file.
  private func expectRefusals() throws {
    let state = try Data(contentsOf: file)
    let calls = [
      ["vnvdimm-label-dump", "nv.img"], ["vnvdimm-label-dump", "--label-size", "2M", "--map", "nv.img"],
      ["vnvdimm-migrate-labels", "move", "nv.img", "1"], ["vnvdimm-migrate-labels", "copy", "nv.img", "other.img"],
      ["vnvdimm-resize-guard", "plan", "nv.img", "+16M"], ["vnvdimm-resize-guard", "seal", "nv.img"],
      ["vnvdimm-resize-guard", "verify", "nv.img"], ["vnvdimm-resize-guard", "run", "nv.img", "--", "true"],
      ["vnvdimm-create", "--from", "nv.img", "new.img"],
    ]
    try Data(count: 18 << 20).write(to: folder.url.appendingPathComponent("other.img"))
    for call in calls {
      let run = try ProgramRun(call[0], Array(call.dropFirst()), in: folder.url)
      #expect(run.status == 2, "\(call)")
      #expect(
        run.errors == """
          \(call[0]): nv.img: a change of its labels was interrupted
          hint: vnvdimm-migrate-labels repair nv.img

          """)
    }
    #expect(try Data(contentsOf: file) == state)
  }

  @Test("a file of whatever length, in which no change was begun, is never cut") func innocentLength() throws {
    // The second is as long as a file that has a mark.
    for length in [71_305_829, (16 << 20) + 512] {
      try Data(repeating: 0, count: length).write(to: file)
      let made = try ProgramRun(
        executable: URL(fileURLWithPath: "/sbin/mkfs.ext4"), ["-qF", "-b", "1024", "nv.img"], in: folder.url)
      #expect(made.status == 0, "\(made.errors)")
      let before = try Data(contentsOf: file)
      #expect(try !run("vnvdimm-check", "--label-size", "none", "nv.img").text.contains("label-change-unfinished"))
      #expect(try run("vnvdimm-migrate-labels", "repair", "nv.img").status == 63)
      #expect(try Data(contentsOf: file) == before)
    }
  }

  @Test("a repair that fails on its way says that the change is still open") func failingRepair() throws {
    let steps = try makeSteps()
    let before = try Data(contentsOf: file)
    for (count, call) in [(1, "ftruncate"), (6, "pwrite64"), (6, "ftruncate"), (6, "fsync")] {
      try before.write(to: file)
      try carryOut(steps.prefix(count))
      let run = try ProgramRun(
        executable: URL(fileURLWithPath: "/usr/bin/strace"),
        ["-qq", "-o", "trace", "-e", "inject=\(call):error=EIO:when=1+"]
          + [ProgramRun.products.appendingPathComponent("vnvdimm-migrate-labels").path, "repair", "nv.img"],
        in: folder.url)
      #expect(run.status == 1)
      #expect(
        run.errors.hasSuffix(
          "Input/output error; the change is not finished\nhint: vnvdimm-migrate-labels repair nv.img\n"))
      #expect(try self.run("vnvdimm-migrate-labels", "repair", "nv.img").status == 0)
      #expect(try version() == (count == 1 ? "1.2" : "1.1"))
    }
  }
}
