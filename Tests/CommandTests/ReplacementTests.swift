import Foundation
import TestSupport
import Testing

/// Which files may be replaced or changed, by whom, and which of their attributes remain.
@Suite("A file that is replaced or changed passes one gate")
struct ReplacementTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try create("nv.img", "--namespace", "raw,size=16M")
  }

  private func create(_ name: String, _ options: String...) throws {
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "32M"] + options + [name], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
  }

  private func run(_ line: String) throws -> ProgramRun {
    let words = line.split(separator: " ").map(String.init)
    return try ProgramRun(words[0], Array(words.dropFirst()), in: folder.url)
  }

  /// Returns the output of the shell for `script`.
  @discardableResult
  private func shell(_ script: String) throws -> String {
    let products = ProgramRun.products.path
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", "PATH=\(products):$PATH; umask 022; \(script)"],
      in: folder.url)
    #expect(run.errors.isEmpty, "\(run.errors)")
    return run.text
  }

  @Test("who replaces a backend keeps its mode, access control list and attributes") func attributes() throws {
    try shell("chmod 640 nv.img; setfacl -m u:daemon:rw nv.img; setfattr -n user.note -v mine nv.img")
    let before = try shell("getfacl -cp nv.img; getfattr -d nv.img")
    #expect(before.contains("user:daemon:rw-") && before.contains("group::r--") && before.contains("user.note"))
    try create("nv.img", "--overwrite")
    #expect(try shell("getfacl -cp nv.img; getfattr -d nv.img") == before)
    // The ACL that the folder gives to every new file is not the file's own.
    try shell("setfacl -b nv.img; setfacl -d -m u:daemon:rw .")
    let plain = try shell("getfacl -cp nv.img")
    try create("nv.img", "--overwrite")
    #expect(try shell("getfacl -cp nv.img") == plain)
    // The fingerprint describes the previous file.
    #expect(try run("vnvdimm-resize-guard seal --quiet nv.img").status == 0)
    try create("nv.img", "--overwrite")
    #expect(try run("vnvdimm-resize-guard verify nv.img").status == 1)
  }

  @Test("a file with several names is replaced under none of them, and changed under all") func hardLinks() throws {
    try shell("ln nv.img other.img")
    let before = try FolderState(of: folder.url)
    let refused = try run("vnvdimm-create --overwrite --size 32M nv.img")
    #expect(refused.status == 2)
    #expect(
      refused.errors
        == "vnvdimm-create: nv.img: has 2 names (hard links), and would be replaced under one of them only\n"
        + "hint: find . -xdev -samefile nv.img\n")
    #expect(try FolderState(of: folder.url) == before)
    #expect(try run("vnvdimm-migrate-labels move --quiet nv.img 1").status == 0)
    #expect(try shell("cmp nv.img other.img && stat -c %h other.img") == "2\n")
  }

  @Test(
    "a backend that a process has open or mapped is neither replaced nor changed",
    arguments: [
      "vnvdimm-create --overwrite --size 32M nv.img", "vnvdimm-migrate-labels move nv.img 1",
      "vnvdimm-migrate-labels repair nv.img", "vnvdimm-migrate-labels split nv.img labels",
      "vnvdimm-resize-guard apply nv.img +16M",
    ])
  func inUse(line: String) throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.path("nv.img")))
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path("nv.img")))
    let refused = try run(line)
    #expect(refused.status == 2)
    #expect(refused.errors.contains(": nv.img: in use by "), "\(refused.errors)")
    try file.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("nv.img"))) == before)
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
    #expect(try run(line).status == 0)
  }

  @Test("one that another run has locked neither") func locked() throws {
    let text = try shell(
      "exec 9<nv.img; flock 9; for c in 'migrate-labels move nv.img 1' 'create --overwrite --size 32M nv.img'; do "
        + "vnvdimm-$c 2>&1 9<&- | head -1; done")
    #expect(text.split(separator: "\n").allSatisfy { $0.contains(": nv.img: in use by ") }, "\(text)")
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test(
    "whoever cannot be looked into counts as a user, unless that is permitted",
    .enabled(if: geteuid() == 0, "only root becomes another user"))
  func unseenUser() throws {
    let programs = ProgramRun.products.path
    try shell(
      "chmod 777 .; chgrp nogroup nv.img; chmod 660 nv.img; cp \(programs)/vnvdimm-{migrate-labels,resize-guard} .")
    let start = "sleep 60 3<>nv.img & sleeper=$!; "
    let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups ./"
    for line in ["vnvdimm-migrate-labels move nv.img 1", "vnvdimm-resize-guard apply --allow-shrink nv.img 30M"] {
      let text = try shell(start + nobody + line + " 2>&1; echo $?; kill $sleeper")
      #expect(
        text.contains(": nv.img: it is not known whether another user's process has the backend open: "), "\(text)")
      #expect(text.contains(" (--allow-unseen-users continues anyway)\n"))
      #expect(text.contains("\nhint: sudo \(line)\n") && text.hasSuffix("\n2\n"), "\(text)")
    }
    #expect(try shell(nobody + "vnvdimm-migrate-labels move --quiet --allow-unseen-users nv.img 1; echo $?") == "0\n")
  }

  @Test("a change that waited for another one is made of what is there then") func staleSize() throws {
    let uuid = "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11"
    try create("nv.img", "--overwrite", "--namespace", "raw,size=16M,uuid=\(uuid)")
    // The second run has opened the file and waits for its lock until the first run has extended it.
    let text = try shell(
      """
      strace -f -qq -o /dev/null -e trace=flock -e inject=flock:delay_enter=6000000:when=1 \
        vnvdimm-resize-guard apply --quiet nv.img +1M & second=$!
      until [ -n "$(find /proc/[0-9]*/fd -lname "$PWD/nv.img" 2>/dev/null)" ]; do sleep 0.05; done; sleep 0.3
      vnvdimm-resize-guard apply --quiet --allow-unseen-users nv.img +16M 2>/dev/null; echo $?
      wait $second; echo $?; stat -c %s nv.img; vnvdimm-label-dump nv.img | grep -c \(uuid)
      """)
    // Either the first run is refused because it sees the second, or the second has seen the first one's result.
    #expect(["2\n0\n36700160\n1\n", "0\n0\n53477376\n1\n"].contains(text), "\(text)")
  }

  @Test("what comes from a private file is private") func privacy() throws {
    try shell("head -c 4M /dev/urandom >secret; chmod 600 secret")
    #expect(try run("vnvdimm-create --quiet --from secret open.img").status == 0)
    try shell("chmod 600 nv.img")
    #expect(try run("vnvdimm-migrate-labels move --quiet nv.img 1 --backup bak").status == 0)
    #expect(try run("vnvdimm-label-dump --svg map.svg nv.img").status == 0)
    #expect(try run("vnvdimm-migrate-labels split --quiet nv.img lab").status == 0)
    #expect(try shell("stat -c %a open.img bak map.svg lab") == "600\n600\n600\n600\n")
    try create("public.img", "--namespace", "raw,size=16M")
    #expect(try run("vnvdimm-migrate-labels move --quiet public.img 1 --backup bak2").status == 0)
    #expect(try shell("stat -c %a public.img bak2") == "644\n644\n")
  }

  static let outputs = [
    "vnvdimm-check --prometheus OUT nv.img", "vnvdimm-resize-guard seal --quiet --sidecar OUT nv.img",
    "vnvdimm-label-dump --svg OUT nv.img", "vnvdimm-migrate-labels split nv.img OUT",
    "vnvdimm-migrate-labels move nv.img 1 --backup OUT", "vnvdimm-create --size 32M OUT",
    "vnvdimm emulate --engine kvm -kernel k --nvdimm nv.img,label-size=2M -serial file:OUT",
  ]

  @Test("no output takes the place of a file that the suite did not write", arguments: outputs)
  func foreign(line: String) throws {
    try create("precious.img")
    try shell("ln -s precious.img link; cp \(Corpus.folder.path)/../TestSupport/TinyKernel.swift text; touch k")
    for name in ["precious.img", "link", "text"] {
      let before = try FolderState(of: folder.url)
      let refused = try run(line.replacing("OUT", with: name))
      #expect([1, 2, 63].contains(refused.status), "\(line), \(name): \(refused.status)")
      #expect(try FolderState(of: folder.url) == before, "\(line), \(name): \(refused.errors)")
    }
  }

  @Test("metrics are written over metrics alone") func metrics() throws {
    let before = try FolderState(of: folder.url)
    let refused = try run("vnvdimm-check --prometheus nv.img nv.img")
    #expect(
      (refused.status, refused.errors)
        == (2, "vnvdimm-check: nv.img: the file exists, and holds no metrics\nhint: ls -l nv.img\n"))
    #expect(try FolderState(of: folder.url) == before)
    #expect(try run("vnvdimm-check --quiet --prometheus out nv.img").status == 0)
    #expect(try shell("head -c 15 out") == "# HELP vnvdimm_")
  }

  @Test(
    "a console is written over a console alone",
    .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/kvm"), "needs KVM"))
  func console() throws {
    try TinyKernel.image(.with { $0.powerOff() }).write(to: folder.url.appendingPathComponent("kernel"))
    let run = { (file: String) throws in
      try self.run("vnvdimm emulate --engine kvm -kernel kernel -serial file:\(file)")
    }
    try shell("echo precious >text")
    let refused = try run("text")
    #expect(
      refused.errors
        == "vnvdimm emulate: text: the file exists, and is not a console log of this program\nhint: ls -l text\n")
    #expect(refused.status == 2)
    #expect(try shell("cat text") == "precious\n")
    for _ in 0..<2 { #expect(try run("console").status == 0) }
  }

  @Test("a table is dumped over one of ours alone") func tables() throws {
    let dump = "vnvdimm emulate --nvdimm nv.img,label-size=2M -dump-acpi tables"
    try shell("mkdir tables; echo precious >victim; ln -s ../victim tables/APIC.aml")
    let refused = try run(dump)
    #expect(refused.status == 2 && refused.errors.contains(": tables/APIC.aml: a symbolic link"), "\(refused.errors)")
    #expect(try shell("cat victim; rm tables/APIC.aml; head -c 100 /dev/zero >tables/NFIT.aml") == "precious\n")
    let foreign = try run(dump)
    #expect(foreign.status == 2, "\(foreign.errors)")
    #expect(
      foreign.errors
        == "vnvdimm emulate: tables/NFIT.aml: the file exists, and is not a table of this program\n"
        + "hint: ls -l tables/NFIT.aml\n")
    try shell("rm tables/NFIT.aml")
    for _ in 0..<2 { #expect(try run(dump).status == 0) }
  }

  @Test("outputs of before give way") func own() throws {
    for line in Self.outputs[...2] {
      for _ in 0..<2 {
        let done = try run(line.replacing("OUT", with: "out"))
        #expect(done.status == 0, "\(line): \(done.errors)")
      }
      try shell("rm out")
    }
  }

  @Test("what a run that was killed left is named and removed, what another is working on stays") func leftovers()
    throws
  {
    try shell(
      """
      ln nv.img .vnvdimm-0123456789abcdef; echo half >.vnvdimm-00000000000000ff; echo mine >.vnvdimm-notes
      echo busy >.vnvdimm-00000000000000aa
      mkfifo .vnvdimm-00000000000000bb
      """)
    let busy = try FileHandle(
      forReadingFrom: URL(fileURLWithPath: folder.path(".vnvdimm-00000000000000aa")))
    #expect(flock(busy.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
    let done = try run("vnvdimm-create --quiet --overwrite --size 32M nv.img")
    #expect(done.status == 0)
    #expect(
      done.errors
        == ["00000000000000ff", "0123456789abcdef"].map {
          "vnvdimm-create: .vnvdimm-\($0): removed: left behind by a run that was killed\n"
        }.joined())
    #expect(
      try FolderState(of: folder.url).names
        == [".vnvdimm-00000000000000aa", ".vnvdimm-00000000000000bb", ".vnvdimm-notes", "nv.img"])
  }
}
