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
    #expect(try verify("--size", "82M") == (["layout-extended"], 2))
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
    let isOfLaterVersion = seal.contains("format")
    let refused = try guarded("verify", "nv.img")
    #expect(refused.status == (isOfLaterVersion ? 63 : 2))
    // To seal again would lose what a later version has written.
    #expect(refused.errors.contains("hint: ") == !isOfLaterVersion, "\(refused.errors)")
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

  /// A sealed backend to which something has happened: how check and `verify` see it.
  struct State: CustomTestStringConvertible {
    let testDescription: String
    let script: String
    /// The rules of check's errors, and of the findings of `verify`.
    let errors: [String]
    let verified: [String]
  }

  private static let states = [
    State(
      testDescription: "longer", script: "truncate -s 82M nv.img", errors: ["label-area-elsewhere", "layout-extended"],
      verified: ["layout-extended"]),
    State(
      testDescription: "longer, and its labels were moved",
      script: "truncate -s 82M nv.img; vnvdimm-migrate-labels relocate nv.img 66M --quiet", errors: ["layout-extended"],
      verified: ["layout-extended"]),
    State(
      testDescription: "longer, and its labels were moved into the middle",
      script: "truncate -s 130M nv.img; vnvdimm-migrate-labels relocate nv.img 66M --size 98M --quiet",
      errors: ["label-area-elsewhere", "layout-extended"], verified: ["layout-extended"]),
    State(
      testDescription: "with another label size", script: "vnvdimm-migrate-labels resize nv.img 1M --quiet",
      errors: ["layout-label-size"], verified: ["layout-label-size"]),
    State(
      testDescription: "shorter", script: "truncate -s 48M nv.img", errors: ["layout-truncated"],
      verified: ["layout-truncated"]),
    State(
      testDescription: "shorter, inside the label area", script: "truncate -s 65M nv.img",
      errors: ["label-area-cut-off", "layout-truncated"], verified: ["layout-truncated"]),
    State(
      testDescription: "without its label area", script: "dd if=/dev/zero of=nv.img bs=1M seek=64 count=2 conv=notrunc",
      errors: ["layout-labels-unreadable"], verified: ["layout-labels-unreadable"]),
    State(
      testDescription: "without its index blocks",
      script: "dd if=/dev/zero of=nv.img bs=512 seek=131072 count=5 conv=notrunc",
      errors: ["label-index-lost", "index-signature", "index-signature"], verified: ["layout-labels-unreadable"]),
  ]

  @Test("one cause is one finding, behind check and verify", arguments: states) func causes(state: State) throws {
    try shell(
      """
      PATH=\(ProgramRun.products.path):$PATH; vnvdimm-resize-guard seal --quiet --qemu-version 7.2 nv.img
      { \(state.script); } 2> err || { cat err >&2; exit 1; }
      """)
    let (answer, run) = try CheckAnswer.one(["nv.img"], in: folder.url)
    #expect(answer.findings.filter { $0.severity == "error" }.map(\.rule) == state.errors, "\(run.text)")
    #expect(run.status == 2)
    #expect(try verify().rules == state.verified)
  }

  @Test("the hint of verify accepts a longer backend with the machine and the size of the seal") func longer() throws {
    #expect(try guarded("seal", "--quiet", "--qemu-version", "7.2", "nv.img").status == 0)
    try shell("truncate -s 82M nv.img")
    let hint = "vnvdimm-resize-guard seal --qemu-version 7.2 --size 66M nv.img"
    #expect(try guarded("verify", "nv.img").text.contains("hint: \(hint)\n"))
    try shell("PATH=\(ProgramRun.products.path):$PATH; \(hint) > answer; grep 'QEMU 7.2' answer")
    #expect(try verify() == ([], 0))
  }

  @Test("repair says that the seal is no longer valid if it completes a change, and not if it undoes one")
  func interrupted() throws {
    #expect(try guarded("seal", "--quiet", "nv.img").status == 0)
    try shell("cp -a nv.img sealed.img")
    for (write, isCompleted) in [(2, false), (4, true)] {
      try shell(
        """
        PATH=\(ProgramRun.products.path):$PATH; cp -a --attributes-only sealed.img nv.img; cp sealed.img nv.img
        touch -r sealed.img nv.img
        strace -qq -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=\(write) \
          vnvdimm-resize-guard apply nv.img +16M --no-backup > out 2>&1 || true
        """)
      let repaired = try ProgramRun("vnvdimm-migrate-labels", ["repair", "nv.img"], in: folder.url)
      #expect(repaired.text.contains(isCompleted ? "is completed" : "is undone"), "\(repaired.text)")
      #expect(
        repaired.errors.contains("no longer as it was sealed\nhint: vnvdimm-resize-guard seal nv.img\n") == isCompleted)
      #expect(try verify().rules == (isCompleted ? ["layout-extended"] : []))
    }
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
    // The labels themselves say what the seal says.
    #expect(answer.rules == ["labels-other-slot"])
    #expect(run.status == 2)
    try shell("truncate -s 64M nv.img")
    #expect(try CheckAnswer.one(["nv.img"], in: folder.url).answer.rules.contains("layout-truncated"))
  }

  @Test("a fingerprint that is not one", arguments: ["", "{}", "[", "{\"format\":1}", "\u{1}\u{2}"])
  func foreign(text: String) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("layout.json"))
    let run = try guarded("verify", "--sidecar", "layout.json", "nv.img")
    #expect(run.status == 2)
    #expect(run.errors.contains("the layout fingerprint cannot be understood"))
  }
}
