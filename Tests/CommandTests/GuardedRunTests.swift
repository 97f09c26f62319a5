import Foundation
import TestSupport
import Testing

/// A command run under guard: the layout is verified before and after, and locked and watched meanwhile.
@Suite("vnvdimm-resize-guard, run")
struct GuardedRunTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create",
      ["--quiet", "--size", "64M", "--label-size", "2M", "--namespace", "raw,size=16M,name=one", "nv.img"],
      in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
  }

  private func guarded(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-resize-guard", arguments, in: folder.url)
  }

  @Test("its output, its status, and the fingerprint as it left the backend") func status() throws {
    let run = try guarded("run", "nv.img", "--", "sh", "-c", "echo out; cat; exit 7")
    #expect(run.status == 7)
    #expect(run.text == "out\n")
    #expect(run.errors.isEmpty)
    #expect(try guarded("run", "nv.img", "--", "sh", "-c", "kill -9 $$").status == 137)
    #expect(try guarded("run", "nv.img", "--", "no-such-program").status == 1)
    #expect(try guarded("run", "nv.img").status == 64)
    // A guest may change its labels; the new layout is sealed.
    let change = "vnvdimm-create --quiet --overwrite --size 64M --label-size 2M --namespace raw,size=32M other.img"
    let copy = "dd if=other.img of=nv.img bs=1M skip=64 seek=64 count=2 conv=notrunc status=none"
    let script = "PATH=\(ProgramRun.products.path):$PATH; \(change) && \(copy)"
    let other = try guarded("run", "nv.img", "--", "sh", "-c", script)
    #expect(other.status == 0, "\(other.errors)")
    #expect(try guarded("verify", "nv.img").status == 0)
  }

  @Test("what is not as sealed is not run, and nothing else of the suite changes it meanwhile") func lock() throws {
    let touched = try guarded("run", "--size", "82M", "nv.img", "--", "touch", "ran")
    #expect(touched.status == 2)
    #expect(touched.errors.contains("layout-size"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
    let tools = "PATH=\(ProgramRun.products.path):$PATH"
    for change in ["vnvdimm-resize-guard apply nv.img +16M", "vnvdimm-migrate-labels move nv.img 1"] {
      let run = try guarded("run", "nv.img", "--", "sh", "-c", "\(tools); \(change)")
      #expect(run.status == 2)
      #expect(run.errors.contains("in use by"))
    }
    #expect(try guarded("verify", "nv.img").status == 0)
  }

  @Test("a length that changes meanwhile is told at once, and afterwards") func length() throws {
    let command = "truncate -s 80M nv.img; sleep 1.5; truncate -s 66M nv.img"
    let back = try guarded("run", "nv.img", "--", "sh", "-c", command)
    #expect(back.status == 0, "\(back.errors)")
    #expect(back.errors.components(separatedBy: "its length changed while the guest has it").count == 3)
    let cut = try guarded("run", "nv.img", "--", "truncate", "-s", "64M", "nv.img")
    #expect(cut.status == 2)
    #expect(cut.errors.contains("layout-truncated"))
  }

  @Test("signals are passed on", arguments: [SIGTERM, SIGINT, SIGHUP]) func signals(number: Int32) throws {
    let script = "trap 'exit 9' TERM INT HUP; : >ready; while :; do sleep 0.1; done"
    let run = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"),
      [
        "-c", "cd \"$0\" && exec \"$1\" run nv.img -- sh -c \"$2\"", folder.url.path,
        ProgramRun.products.appendingPathComponent("vnvdimm-resize-guard").path, script,
      ], input: .nullDevice, output: .nullDevice)
    #expect(RunningProgram.wait(10, until: { FileManager.default.fileExists(atPath: folder.path("ready")) }))
    run.signal(number)
    #expect(run.status(within: 10) == 9)
  }

  @Test("under a real QEMU, check names its process and apply refuses") func qemu() throws {
    let qemu = try RunningProgram(
      executable: URL(fileURLWithPath: "/usr/bin/qemu-system-x86_64"),
      [
        "-S", "-machine", "q35,nvdimm=on,accel=tcg", "-m", "64M,slots=1,maxmem=1G", "-display", "none", "-object",
        "memory-backend-file,id=mem1,share=on,mem-path=\(folder.path("nv.img")),size=66M", "-device",
        "nvdimm,memdev=mem1,label-size=2M", "-monitor", "none", "-serial", "none",
      ], input: .nullDevice, output: .nullDevice)
    func users() throws -> [CheckAnswer.Finding] {
      try CheckAnswer.one(["nv.img"], in: folder.url).answer.findings.filter { $0.rule == "backend-in-use" }
    }
    #expect(RunningProgram.wait(20, until: { (try? users())?.isEmpty == false }), "\(qemu.errors)")
    let found = try users()
    #expect(found.first?.severity == "warning")
    #expect(found.first?.message.contains("qemu-system-x86 (process \(qemu.identifier))") == true)
    let run = try guarded("apply", "nv.img", "+16M")
    #expect(run.status == 2)
    #expect(run.errors.contains("in use by qemu-system-x86 (process \(qemu.identifier))"))
    #expect(try guarded("run", "nv.img", "--", "true").status == 2)
    qemu.signal(SIGTERM)
    #expect(qemu.status(within: 10) == 0)
    #expect(try guarded("run", "nv.img", "--", "true").status == 0)
    #expect(try users().isEmpty)
  }
}
