import Foundation
import TestSupport
import Testing

/// The release that an answer assumes if none is given. The test machines have QEMU 7.2 of Debian 12 installed.
@Suite("vnvdimm-check: the installed QEMU and libvirt")
struct InstalledReleaseTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try CheckedFile.length(64 << 20).make(in: folder, name: "nv.img")
    try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder.path("cache"), withIntermediateDirectories: true)
  }

  /// Runs a line of bash with no release given, a separate cache, and `bin` first in PATH.
  private func run(_ line: String, _ input: String = "") throws -> ProgramRun {
    let head = """
      unset VNVDIMM_QEMU_VERSION VNVDIMM_LIBVIRT_VERSION; export XDG_CACHE_HOME=$PWD/cache
      PATH=$PWD/bin:\(ProgramRun.products.path):$PATH
      """
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", "\(head)\n\(line)"], input: Data(input.utf8),
      in: folder.url)
  }

  /// Makes a program in `bin` that prints `text` whatever its arguments are.
  private func makeProgram(_ text: String, name: String = "qemu-system-x86_64", in place: String = "bin") throws {
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: folder.path("\(place)/\(name)")))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("\(place)/\(name)"))
  }

  @Test("the QEMU on PATH is asked once, and its answer is kept until it changes") func installed() throws {
    let trace = "strace -f -qq -e trace=execve -o trace"
    for starts in [1, 0] {
      let run = try run("\(trace) vnvdimm-check nv.img; grep -c 'execve(.*qemu-system' trace")
      #expect(
        run.text.contains("\nQEMU 7.2 starts\nQEMU's release is that of /usr/bin/qemu-system-x86_64, which is 7.2"))
      #expect(run.text.hasSuffix("\n\(starts)\n"), "\(run.text)")
    }
    let kept = try String(contentsOfFile: folder.path("cache/vnvdimm/programs"), encoding: .utf8)
    #expect(kept.hasPrefix("") && kept.contains(" /usr/bin/qemu-system-x86_64\tQEMU emulator version 7.2"))
    // A binary of another size is another program. A cache that another user could have written is not trusted.
    try Data("1\(kept.replacing("version 7.2", with: "version 9.1"))".utf8)
      .write(to: URL(fileURLWithPath: folder.path("cache/vnvdimm/programs")))
    #expect(try self.run("vnvdimm-check nv.img").text.contains("\nQEMU 7.2 starts\n"))
    try Data(kept.replacing("version 7.2", with: "version 9.1").utf8)
      .write(to: URL(fileURLWithPath: folder.path("cache/vnvdimm/programs")))
    #expect(try self.run("vnvdimm-check nv.img").text.contains("\nQEMU 9.1 starts\n"))
    #expect(try self.run("chmod 666 cache/vnvdimm/programs; vnvdimm-check nv.img").text.contains("\nQEMU 7.2 starts\n"))
    #expect(try self.run("rm -r cache/vnvdimm; ln -s ../elsewhere cache/vnvdimm; vnvdimm-check nv.img").status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
  }

  @Test("a script is asked each time: what it runs may change; every verb asks its own program") func scripts() throws {
    try makeProgram("echo 'QEMU emulator version 9.1.2 (somebody)'")
    #expect(
      try run("vnvdimm-check nv.img").text.contains(
        "\nQEMU 9.1 starts\nQEMU's release is that of \(folder.path("bin"))"))
    try makeProgram("echo 'QEMU emulator version 8.2.0'")
    let json = try run("vnvdimm-check --json nv.img").text
    #expect(json.contains("\"qemu_version\" : \"8.2\"") && json.contains("\"kind\" : \"installed\""))
    #expect(try run("vnvdimm-check fleet nv.img").text.contains("QEMU 8.2 starts"))
    try makeProgram("echo 'QEMU emulator version 6.1.0'", name: "qemu-kvm")
    let command = "command -- $PWD/bin/qemu-kvm -m 1G"
    #expect(try run("vnvdimm-check \(command)").text.contains("QEMU 6.1 starts\nQEMU's release is that of"))
    let domain = """
      <domain><name>g</name><maxMemory slots='1' unit='GiB'>4</maxMemory><memory unit='GiB'>1</memory>
      <os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>
      <emulator>\(folder.path("bin/qemu-kvm"))</emulator><memory model='nvdimm' access='shared'>
      <source><path>\(folder.path("nv.img"))</path></source><target><size unit='MiB'>64</size></target></memory>
      </devices></domain>
      """
    #expect(try run("vnvdimm-check domain --libvirt-version 12.9 -", domain).text.contains("\nQEMU 6.1 starts\n"))
    let libvirts = try run("vnvdimm-check domain -", domain).text
    #expect(
      libvirts.contains("\nlibvirt's release is that of /")
        || libvirts.contains("\nlibvirt's release is the newest that is described: there is no libvirt"))
    // If an option or the environment names the release, no message about it is needed.
    let named = try run("VNVDIMM_QEMU_VERSION=7.0 vnvdimm-check nv.img").text
    #expect(named.hasSuffix("\nQEMU 7.0 starts\n"))
    let wrong = try run("VNVDIMM_QEMU_VERSION=7 vnvdimm-check nv.img")
    #expect(wrong.status == 64 && wrong.errors.contains("VNVDIMM_QEMU_VERSION: '7' is not a QEMU release with NVDIMMs"))
    let wrongLibvirt = try run("VNVDIMM_LIBVIRT_VERSION=x vnvdimm-check domain -")
    #expect(
      wrongLibvirt.status == 64
        && wrongLibvirt.errors.contains("VNVDIMM_LIBVIRT_VERSION: 'x' is not a known libvirt release")
    )
  }

  @Test("without a QEMU that answers it is the newest that is described, and why") func none() throws {
    func basis(_ line: String) throws -> String {
      let text = try run(line).text
      return text.split(separator: "\n").last.map(String.init) ?? ""
    }
    let head = "QEMU's release is the newest that is described: "
    let program = "\(ProgramRun.products.path)/vnvdimm-check"
    // A relative folder in PATH depends on the current folder.
    try makeProgram("touch $PWD/ran", in: ".")
    #expect(try basis("PATH=.: \(program) nv.img") == head + "there is no program qemu-system-x86_64")
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
    let path = folder.path("bin/qemu-system-x86_64")
    try makeProgram("echo hello")
    #expect(try basis("vnvdimm-check nv.img") == head + "\(path) does not report a version of QEMU")
    try makeProgram("exit 3")
    #expect(try basis("vnvdimm-check nv.img") == head + "\(path) does not report its version: Operation not supported")
    try makeProgram("echo 'QEMU emulator version 2.5.0'")
    #expect(try basis("vnvdimm-check nv.img") == head + "\(path) is 2.5.0, which is not a known release")
    try makeProgram("sleep 60")
    #expect(try basis("vnvdimm-check nv.img") == head + "\(path) does not report its version: Connection timed out")
    guard geteuid() == 0 else { return }
    // Root runs no program that another user can change.
    try makeProgram("touch $PWD/ran")
    #expect(try basis("chown 65534 bin/qemu-system-x86_64; vnvdimm-check nv.img").contains("Permission denied"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
  }

  /// A domain whose RAM is in a memfd, for which libvirt 7.0 loses the path of the NVDIMM.
  private var memfd: String {
    """
    <domain><name>g</name><maxMemory slots='1' unit='GiB'>4</maxMemory><memory unit='MiB'>1088</memory>
    <memoryBacking><source type='memfd'/></memoryBacking><os><type arch='x86_64' machine='q35'>hvm</type></os>
    <features><acpi/></features><cpu><numa><cell id='0' memory='1' unit='GiB'/></numa></cpu><devices>
    <memory model='nvdimm' access='shared'><source><path>\(folder.path("nv.img"))</path></source>
    <target><size unit='MiB'>64</size><node>0</node></target></memory></devices></domain>
    """
  }

  @Test("the hook takes libvirt's release from the library of the daemon that calls it") func caller() throws {
    for (library, isVolatile) in [("libvirt.so.0.7000.0", true), ("libvirt.so.0.9000.0", false)] {
      let line = """
        cp /bin/bash libvirtd; cp $(ldd /bin/bash | grep -o '/[^ ]*libtinfo[^ ]*') \(library)
        LD_PRELOAD=$PWD/\(library) ./libvirtd -c 'LD_PRELOAD= vnvdimm-check hook --qemu-version 7.2 g prepare begin -; true'
        """
      let run = try run(line, memfd)
      #expect(
        isVolatile ? run.errors.contains("error: backend-no-file") : run.errors.isEmpty, "\(library): \(run.errors)")
    }
  }

  @Test("the hook does not wait for a QEMU that does not answer, and what it says goes to the host's log")
  func deadline()
    throws
  {
    try makeProgram("sleep 30")
    let domain = memfd.replacing(
      "<devices>", with: "<devices><emulator>\(folder.path("bin/qemu-system-x86_64"))</emulator>")
    let line =
      "strace -f -qq -e trace=connect -o trace vnvdimm-check hook --timeout 1 g prepare begin - 2>err; echo $?; cat err trace"
    let run = try run(line, domain)
    #expect(run.text.hasPrefix("0\nvnvdimm-check: g: note: not checked within 1 s\n"), "\(run.text)")
    #expect(run.text.contains("sun_path=\"/dev/log\""))
  }
}
