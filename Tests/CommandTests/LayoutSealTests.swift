import Foundation
import TestSupport
import Testing

/// The layout fingerprint: any move of the label area or replacement of its contents is reported before a guest starts.
@Suite("vnvdimm-resize-guard, seal and verify")
struct LayoutSealTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create",
      ["--quiet", "--size", "64M", "--label-size", "2M", "--namespace", "raw,size=16M,name=one", "nv.img"],
      in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func guarded(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-resize-guard", arguments, in: folder.url)
  }

  private var file: URL { folder.url.appendingPathComponent("nv.img") }

  /// Returns the rules that `verify` reports, and its status.
  private func verify(_ arguments: String...) throws -> (rules: [String], status: Int32) {
    let run = try ProgramRun("vnvdimm-resize-guard", ["verify", "--json"] + arguments + ["nv.img"], in: folder.url)
    let answer = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    let findings = try #require(answer["findings"] as? [[String: Any]], "\(run.errors)")
    return (findings.compactMap { $0["rule"] as? String }, run.status)
  }

  private func shell(_ script: String) throws {
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-ec", script], in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("labels that the guest has made since outrank a seal without labels") func labelsSince() throws {
    // The last MiB becomes a label area, as by ndctl in a guest with label-size=1M.
    try shell(
      """
      PATH=\(ProgramRun.products.path):$PATH
      vnvdimm-create --quiet --size 48M --label-size none w.img; vnvdimm-resize-guard seal --quiet w.img
      vnvdimm-create --quiet --size 47M --label-size 1M --namespace raw,size=16M,name=q x.img
      dd if=x.img of=w.img bs=1M skip=47 seek=47 conv=notrunc status=none; cp w.img before
      """)
    let refused = try guarded("apply", "w.img", "+16M")
    #expect(refused.status == 2)
    #expect(
      refused.errors.contains(
        "layout-label-size: a label area was created since, and the guest would overwrite it without label-size="),
      "\(refused.errors)")
    #expect(refused.errors.contains("\nhint: vnvdimm-resize-guard seal w.img\n"))
    try shell("cmp w.img before")
    #expect(try guarded("seal", "--quiet", "w.img").status == 0)
    #expect(try guarded("apply", "--quiet", "w.img", "+16M").status == 0)
    let shown = try ProgramRun("vnvdimm-label-dump", ["w.img"], in: folder.url)
    #expect(shown.status == 0 && shown.text.contains("1 MiB at 0x3f00000"), "\(shown.text)")
  }

  @Test("a seal beside a file that was replaced says that alone, and nothing of the layout") func predecessor() throws {
    #expect(try guarded("seal", "--quiet", "--sidecar", ".nv.img.vnvdimm-layout", "nv.img").status == 0)
    #expect(try verify() == ([], 0))
    try shell(
      """
      PATH=\(ProgramRun.products.path):$PATH
      vnvdimm-create --quiet --size 32M --label-size 128K --namespace raw,size=16M new.img; mv new.img nv.img
      """)
    #expect(try verify() == (["layout-replaced"], 2))
    let checked = try ProgramRun("vnvdimm-check", ["nv.img"], in: folder.url)
    #expect(checked.text.components(separatedBy: ": layout-").count == 2, "\(checked.text)")
    #expect(
      checked.text.contains(
        "layout-replaced: the fingerprint belongs to the file that had this name before, and says nothing about this one"
      ))
    let refused = try guarded("apply", "nv.img", "+16M")
    #expect(refused.status == 2 && refused.errors.contains("layout-replaced"), "\(refused.errors)")
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    #expect(try guarded("apply", "--quiet", "nv.img", "+16M").status == 0)
  }

  @Test("what a start would change") func start() throws {
    #expect(try guarded("seal", "nv.img").status == 0)
    #expect(try verify() == ([], 0))
    #expect(try verify("--size", "66M", "--label-size", "2M", "--slot", "0") == ([], 0))
    #expect(try verify("--size", "82M") == (["layout-size"], 2))
    #expect(try verify("--label-size", "128K") == (["layout-label-size"], 2))
    #expect(try verify("--label-size", "none") == (["layout-label-size"], 2))
    #expect(try verify("--align", "128M").rules.contains("layout-alignment"))
    #expect(try verify("--align", "2M") == (["layout-alignment"], 3))
    #expect(try verify("--slot", "1") == (["layout-slot"], 2))
    #expect(try verify("--qemu-version", "2.7") == (["layout-release"], 3))
    #expect(try verify("--qemu-version", "2.6") == (["layout-release"], 2))
    #expect(try verify("--qemu-version", "7.2") == ([], 0))
    let text = try guarded("verify", "--size", "82M", "nv.img").text
    #expect(text.contains("labels would be looked for at 0x5000000, and they are at 0x4000000"))
  }

  @Test("a region that is not made of huge pages is another one under QEMU 2.7") func release() throws {
    try shell("rm nv.img")
    let made = try ProgramRun(
      "vnvdimm-create", ["--quiet", "--file-size", "64M", "--label-size", "128K", "nv.img"], in: folder.url)
    #expect([0, 3].contains(made.status), "\(made.errors)")
    #expect(try guarded("seal", "nv.img").status == 0)
    #expect(try verify("--qemu-version", "2.7") == (["layout-release"], 2))
  }

  @Test("a file that was cut, and one that was made longer") func length() throws {
    #expect(try guarded("seal", "nv.img").status == 0)
    try shell("truncate -s 82M nv.img")
    #expect(try verify() == (["layout-extended"], 3))
    #expect(try verify("--size", "82M").status == 2)
    try shell("truncate -s 64M nv.img")
    #expect(try verify() == (["layout-truncated"], 2))
  }

  @Test("labels that were moved to another slot since take precedence over the seal") func movedLabels() throws {
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    let moved = try ProgramRun("vnvdimm-migrate-labels", ["move", "nv.img", "3", "--quiet"], in: folder.url)
    #expect(moved.status == 0)
    for slot in [[], ["--slot", "3"]] {
      let (answer, run) = try CheckAnswer.one(slot + ["nv.img"], in: folder.url)
      #expect(!answer.rules.contains("layout-slot") && answer.rules.contains("layout-labels-changed"))
      #expect(run.status == 3)
    }
    #expect(try CheckAnswer.one(["--slot", "0", "nv.img"], in: folder.url).answer.rules.contains("labels-other-slot"))
  }

  @Test("a seal that cannot be read is an error of check, too", arguments: ["{\"format\":2,\"x\":1}", "{", "null"])
  func unreadable(seal: String) throws {
    try shell("setfattr -n user.vnvdimm.layout -v '\(seal)' nv.img")
    #expect(try guarded("verify", "nv.img").status == 2)
    let (answer, run) = try CheckAnswer.one(["nv.img"], in: folder.url)
    #expect(answer.rules.contains("layout-unreadable") && run.status == 2)
  }

  @Test("an old state of another length is named as one, and sealed by the hint") func olderLength() throws {
    try shell("cp nv.img old.img")
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    #expect(try guarded("apply", "--quiet", "nv.img", "+16M").status == 0)
    try shell("cp old.img nv.img")
    #expect(try verify() == (["layout-truncated"], 2))
    let (answer, run) = try CheckAnswer.one(["nv.img"], in: folder.url)
    #expect(answer.rules.filter { $0.hasPrefix("layout-") } == ["layout-truncated"] && run.status == 2)
    let text = try ProgramRun("vnvdimm-check", ["nv.img"], in: folder.url).text
    #expect(text.contains("An older state was put back") && text.contains("hint: vnvdimm-resize-guard seal nv.img\n"))
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    #expect(try verify() == ([], 0))
    #expect(try CheckAnswer.one(["nv.img"], in: folder.url).run.status == 0)
  }

  @Test("an old file that was restored, in any way") func restoration() throws {
    try shell("cp -a nv.img old.img")
    // The guest makes another namespace.
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--overwrite", "--size", "64M", "--label-size", "2M", "--namespace", "raw,size=16M,name=one",
        "--namespace", "raw,size=16M,name=two", "nv.img",
      ], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try guarded("seal", "--sidecar", "layout.json", "nv.img").status == 0)
    #expect(try guarded("seal", "nv.img").status == 0)
    // Changed in place: the fingerprint stays with the file.
    try shell("cp nv.img new.img; cp old.img nv.img")
    #expect(try verify() == (["layout-namespaces-missing"], 2))
    #expect(try verify("--sidecar", "layout.json").status == 2)
    // Replaced by another file: the fingerprint is gone, or the one in the sidecar belongs to the old file.
    try shell("cp new.img nv.img; touch nv.img")
    #expect(try verify() == ([], 0))
    try shell("mv old.img nv.img")
    #expect(try guarded("verify", "nv.img").status == 1)
    #expect(try verify("--sidecar", "layout.json").rules.contains("layout-replaced"))
  }

  @Test("a file that is older than its fingerprint, or has none") func age() throws {
    #expect(try guarded("verify", "nv.img").status == 1)
    #expect(try guarded("verify", "nv.img").errors.contains("hint: vnvdimm-resize-guard seal nv.img"))
    #expect(try guarded("seal", "nv.img").status == 0)
    try shell("touch -d '2001-01-01' nv.img")
    #expect(try verify() == (["layout-older"], 2))
  }

  @Test("labels that a guest has changed, and an index that is gone") func labels() throws {
    #expect(try guarded("seal", "nv.img").status == 0)
    let moved = try ProgramRun("vnvdimm-migrate-labels", ["move", "nv.img", "1", "--quiet"], in: folder.url)
    #expect(moved.status == 0)
    #expect(try verify() == (["layout-labels-changed"], 3))
    try shell("dd if=/dev/zero of=nv.img bs=1M seek=64 count=2 conv=notrunc status=none")
    #expect(try verify() == (["layout-labels-unreadable"], 2))
  }

  @Test("apply renews the fingerprint, and refuses a backend that is not as sealed") func apply() throws {
    #expect(try guarded("seal", "nv.img").status == 0)
    #expect(try guarded("apply", "--quiet", "nv.img", "+16M").status == 0)
    #expect(try verify() == ([], 0))
    try shell("touch -d '2001-01-01' nv.img")
    let run = try guarded("apply", "nv.img", "+16M")
    #expect(run.status == 2)
    #expect(run.errors.contains("layout-older"))
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    #expect(try guarded("apply", "nv.img", "+16M").status == 0)
  }

  @Test("check tells the same") func check() throws {
    #expect(try guarded("seal", "nv.img").status == 0)
    #expect(try CheckAnswer.one(["nv.img"], in: folder.url).answer.rules.isEmpty)
    let (answer, run) = try CheckAnswer.one(["--slot", "1", "nv.img"], in: folder.url)
    #expect(answer.rules.contains("layout-slot"))
    #expect(run.status == 2)
    try shell("truncate -s 64M nv.img")
    #expect(try CheckAnswer.one(["nv.img"], in: folder.url).answer.rules.contains("layout-truncated"))
  }

  @Test("a fingerprint that is not one", arguments: ["", "{}", "[", "{\"format\":2}", "\u{1}\u{2}"])
  func foreign(text: String) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("layout.json"))
    let run = try guarded("verify", "--sidecar", "layout.json", "nv.img")
    #expect(run.status == 2)
    #expect(run.errors.contains("the format of the layout fingerprint is unknown"))
  }
}
