import Basics
import Foundation
import TestSupport
import Testing

/// `--confirm` asks this machine's QEMU without touching a backend.
@Suite("check --confirm") struct ConfirmTests {
  private static let qemu = "/usr/bin/qemu-system-x86_64"
  private static let release = ["--qemu-version", "7.2"]

  private static func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    try Data().write(to: URL(fileURLWithPath: path))
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 64 << 20)
    return folder
  }

  private static func machine(_ object: String = "", _ others: [String] = []) -> [String] {
    ["-machine", "q35,nvdimm=on", "-m", "256M,slots=2,maxmem=4G", "-object"]
      + ["memory-backend-file,id=mem1,mem-path=nv.img,size=64M,share=on" + object]
      + ["-device", "nvdimm,id=nv1,memdev=mem1,label-size=128K"] + others
  }

  private static func command(
    _ arguments: [String], program: String = qemu, options: [String] = release, in folder: TemporaryDirectory
  ) throws -> ProgramRun {
    try ProgramRun(
      "vnvdimm-check", ["command", "--confirm"] + options + ["--", program] + arguments, in: folder.url)
  }

  @Test("paths, on files that stay as they are") func paths() throws {
    let folder = try Self.folder()
    let before = try FolderState(of: folder.url)
    let run = try ProgramRun("vnvdimm-check", ["--confirm"] + Self.release + ["nv.img"], in: folder.url)
    #expect(run.text.contains("\nconfirmed: qemu-system-x86_64 does the same with empty files"), "\(run)")
    let json = try ProgramRun("vnvdimm-check", ["--confirm", "--json"] + Self.release + ["nv.img"], in: folder.url)
    #expect(try JSONValue(parsing: json.text)["confirmation"]?["outcome"]?.text == "confirmed")
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test(
    "a command line, of which disks, sockets and daemons are left out",
    arguments: [
      (",prealloc=on", ["-drive", "file=/dev/null", "-qmp", "unix:/no/such,server=on", "-daemonize"], 0 as Int32),
      (",align=1G", ["-netdev", "tap,id=n"], 2), ("", ["-device", "nvdimm,memdev=mem1"], 2),
      (",align=3", ["-pidfile", "/no/such"], 2),
    ])
  func commandLine(object: String, others: [String], status: Int32) throws {
    let folder = try Self.folder()
    let run = try Self.command(Self.machine(object, others), in: folder)
    #expect(run.text.contains("confirmed: \(Self.qemu) does the same with empty files"), "\(run)")
    #expect(run.text.contains("left out: mem1: prealloc=") == object.contains("prealloc"), "\(run)")
    #expect(run.status == status || run.status == 3 && status == 0, "\(run)")
  }

  @Test(
    "what says otherwise contradicts, which is a fault of ours",
    arguments: [
      ("echo 'qemu-system-x86_64: something else' >&2; exit 1", "it refuses: qemu-system-x86_64: something else"),
      ("kill -SEGV $$", "it crashes"),
    ])
  func contradiction(ending: String, answer: String) throws {
    let folder = try Self.folder()
    let program = folder.path("qemu-system-x86_64")
    let script = """
      #!/bin/sh
      [ "$1" != --version ] || exec echo 'QEMU emulator version 7.2.22'
      \(ending)

      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: program))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let run = try Self.command(Self.machine(), program: program, in: folder)
    let text =
      "contradicted: \(program) does something else with empty files, which is a bug in vnvdimm\n"
      + "  predicted: it starts,"
    #expect(run.text.contains(text), "\(run)")
    #expect(run.text.contains("\n  QEMU: \(answer)"), "\(run)")
    #expect(run.status == 1)
  }

  @Test(
    "where QEMU cannot be asked, or its answer would say nothing, that is said",
    arguments: [
      (Self.qemu, ["--qemu-version", "11.1"], "", [], "is another release (stored"),
      ("/no/such/qemu-system-x86_64", Self.release, "", [], "there is no program /no/such/qemu-system-x86_64"),
      (Self.qemu, Self.release, ",host-nodes=0", [], "it depends on what is left out"),
      (Self.qemu, Self.release, "", ["-machine", "q35,,"], "QEMU refuses the options"),
      (Self.qemu, Self.release + ["--hotplug", "object_del a"], "", [], "monitor commands are not tried"),
      (
        Self.qemu, Self.release, "",
        ["-object", "memory-backend-file,id=d,mem-path=dir,size=2M"], "there is no substitute for dir"
      ),
    ] as [(String, [String], String, [String], String)])
  func impossible(program: String, options: [String], object: String, others: [String], reason: String) throws {
    let folder = try Self.folder()
    try FileManager.default.createDirectory(atPath: folder.path("dir"), withIntermediateDirectories: false)
    let run = try Self.command(Self.machine(object, others), program: program, options: options, in: folder)
    #expect(run.text.contains("\nnot confirmed: ") && run.text.contains(reason), "\(run)")
  }

  @Test("what is left out is listed") func leftOut() throws {
    let folder = try Self.folder()
    let others = ["-accel", "kvm", "-mem-prealloc", "-mem-path", ".", "-machine", "firmware=OVMF.fd"]
    let run = try Self.command(
      ["-device", "virtio-pmem-pci,memdev=mem2,bus=pcie.0"] + Self.machine("", others)
        + ["-object", "memory-backend-file,id=mem2,mem-path=nv2.img,size=2M,pmem=on"], in: folder)
    for part in [
      "the machine's firmware=", "the accelerator", "-mem-path", "-mem-prealloc", "mem2: pmem=",
      "virtio-pmem-pci: bus=",
    ] {
      #expect(run.text.contains(part), "\(part): \(run)")
    }
    let consumer = try ProgramRun("vnvdimm-check", ["--confirm", "--for", "crosvm", "nv.img"], in: folder.url)
    #expect(consumer.status == 64 && consumer.errors.contains("--confirm asks QEMU, but --for is about crosvm"))
  }

  @Test("a domain, by its emulator") func domain() throws {
    let folder = try Self.folder()
    let xml = """
      <domain type='qemu'><name>g</name><memory unit='MiB'>512</memory><maxMemory slots='4' unit='GiB'>4</maxMemory>
      <vcpu>1</vcpu><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os><features><acpi/></features>
      <cpu><numa><cell id='0' cpus='0' memory='512' unit='MiB'/></numa></cpu>
      <devices><emulator>\(Self.qemu)</emulator>
      <memory model='nvdimm' access='shared'><source><path>\(folder.path("nv.img"))</path></source>
      <target><size unit='MiB'>64</size><node>0</node><label><size unit='KiB'>2048</size></label></target></memory>
      </devices></domain>
      """
    let run = try ProgramRun(
      "vnvdimm-check", ["domain", "--confirm", "--libvirt-version", "9.0"] + Self.release + ["-"],
      input: Data(xml.utf8),
      in: folder.url)
    #expect(run.text.contains("confirmed: \(Self.qemu) does the same with empty files"), "\(run)")
  }
}
