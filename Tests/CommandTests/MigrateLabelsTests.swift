import Foundation
import PersistentMemory
import TestSupport
import Testing

/// Changes of labels in real files: exactly the planned bytes are written, and the guest finds its namespaces.
@Suite("vnvdimm-migrate-labels")
struct MigrateLabelsTests {
  static let program = "vnvdimm-migrate-labels"
  static let verbs = [
    "init", "add", "resize", "convert", "move", "relocate", "copy", "split", "join", "renew-uuids", "repair", "restore",
  ]

  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private func migrate(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(Self.program, arguments, in: folder.url)
  }

  /// Makes a backend of 32 MiB for the guest, with two namespaces for `slot` and every page of its region marked.
  private func makeBackend(_ name: String = "nv.img", slot: Int = 0, labels: String = "1.2") throws {
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--size", "32M", "--label-size", "2M", "--labels", labels, "--slot", "\(slot)", "--namespace",
        "raw,size=16M,name=one", "--namespace", "raw,name=two", name,
      ], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path(name)))
    for page in stride(from: UInt64(0), to: 32 << 20, by: 1 << 16) {
      try file.seek(toOffset: page + 8)
      try file.write(contentsOf: Data("\(page)".utf8))
    }
    try file.close()
  }

  private func contents(_ name: String = "nv.img") throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
  }

  private func json(_ run: ProgramRun) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
  }

  /// Returns uuid, name, place and size of the namespaces that Linux shows with the DIMM in `slot`.
  private func shown(_ name: String = "nv.img", slot: Int, _ options: String...) throws -> [String] {
    let run = try ProgramRun(
      "vnvdimm-label-dump", ["--json", "--slot", "\(slot)"] + options + [name], in: folder.url)
    let linux = try #require(json(run)["linux"] as? [String: Any])
    let namespaces = try #require(linux["namespaces"] as? [[String: Any]])
    return namespaces.map { "\($0["uuid"] ?? "") \($0["name"] ?? "") \($0["dpa"] ?? "") \($0["size"] ?? "")" }
  }

  /// Runs a change, first as a plan. Checks that the plan changes nothing, that the run does exactly what was planned,
  /// and that no other byte changes. Returns the document.
  @discardableResult
  private func change(_ arguments: String..., name: String = "nv.img") throws -> [String: Any] {
    let before = try contents(name)
    let plan = try migrate([arguments[0], "nv.img"] + arguments[1...] + ["--json", "--plan"])
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try contents(name) == before)
    let run = try migrate([arguments[0], "nv.img"] + arguments[1...] + ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    var (planned, done) = (try json(plan), try json(run))
    #expect(planned.removeValue(forKey: "changed") as? Bool == false)
    #expect(done.removeValue(forKey: "changed") as? Bool == true)
    #expect(NSDictionary(dictionary: planned) == NSDictionary(dictionary: done))
    let writes = try #require(done["writes"] as? [[String: Int]])
    let ranges = writes.map { $0["offset", default: 0]..<$0["offset", default: 0] + $0["size", default: 0] }
    let after = try contents(name)
    let length = min(before.count, after.count)
    var position = 0
    for range in ranges where range.lowerBound < length {
      #expect(before[position..<range.lowerBound] == after[position..<range.lowerBound])
      position = range.upperBound
    }
    if position < length { #expect(before[position..<length] == after[position..<length]) }
    return done
  }

  @Test(
    "a backend made for slot 0 shows nothing in slot 1, and everything after move 1", arguments: ["1.1", "1.2"])
  func slotTrap(labels: String) throws {
    try makeBackend(labels: labels)
    let namespaces = try shown(slot: 0)
    #expect(namespaces.count == 2)
    #expect(try shown(slot: 1).isEmpty)
    let trap = try run("vnvdimm-check", "--slot", "1", "nv.img")
    #expect(trap.status == 2)
    #expect(trap.text.contains("labels-other-slot"))
    let document = try change("move", "1")
    #expect(document["method"] as? String == "index")
    #expect(try shown(slot: 1) == namespaces)
    #expect(try shown(slot: 0).isEmpty)
    #expect(try run("vnvdimm-check", "--slot", "1", "nv.img").status == 0)
    #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
    // A second run has nothing left to do.
    let again = try migrate(["move", "nv.img", "1", "--json"])
    #expect(try json(again)["changed"] as? Bool == false)
  }

  @Test("relocate with a size at which no labels end is told where they end")
  func relocateFromElsewhere() throws {
    try makeBackend()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.path("nv.img")))
    try file.truncate(atOffset: 66 << 20)
    try file.close()
    for size in ["66M", "50M"] {
      let run = try migrate(["relocate", "nv.img", size])
      #expect(run.status == 2)
      #expect(run.errors.contains("no label area ends there, but one of 2097152 bytes (2 MiB) lies elsewhere (stored "))
      #expect(run.errors.hasSuffix("hint: vnvdimm-migrate-labels relocate nv.img 34M\n"))
    }
    #expect(try migrate(["relocate", "nv.img", "34M"]).status == 0)
    try Data(count: 4 << 20).write(to: URL(fileURLWithPath: folder.path("plain.img")))
    let none = try migrate(["relocate", "plain.img", "2M"])
    #expect(none.status == 63)
    #expect(none.errors.hasSuffix("hint: vnvdimm-migrate-labels init plain.img\n"))
  }

  @Test("from 2 MiB to 128 KiB and back, with S as it is")
  func labelSize() throws {
    try makeBackend()
    let namespaces = try shown(slot: 0)
    let smaller = try change("resize", "128K")
    #expect(smaller["method"] as? String == "record")
    #expect(try shown(slot: 0) == namespaces)
    // The region is no multiple of 16 MiB any more: a warning.
    #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 3)
    try change("resize", "2M")
    #expect(try shown(slot: 0) == namespaces)
    #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
  }

  @Test("a larger area that keeps the region makes the file grow") func keepRegion() throws {
    try makeBackend()
    let namespaces = try shown(slot: 0)
    // Both namespaces together fill the region.
    let refused = try migrate(["resize", "nv.img", "4M"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("hint: vnvdimm-migrate-labels resize nv.img 4M --keep-guest-size\n"))
    let before = try contents()
    let larger = try change("resize", "4M", "--keep-guest-size")
    #expect((larger["after"] as? [String: Any])?["offset"] as? Int == 32 << 20)
    #expect(try contents().count == 36 << 20)
    #expect(try contents().prefix(32 << 20) == before.prefix(32 << 20))
    #expect(try shown(slot: 0) == namespaces)
    try change("resize", "2M", "--keep-guest-size")
    #expect(try contents().count == 34 << 20)
    #expect(try shown(slot: 0) == namespaces)
    #expect(try migrate(["move", "nv.img", "1", "--keep-guest-size"]).status == 64)
  }

  @Test("from one version to the other and back", arguments: ["1.1", "1.2"])
  func version(labels: String) throws {
    try makeBackend(labels: labels)
    let namespaces = try shown(slot: 0)
    for version in [labels == "1.1" ? "1.2" : "1.1", labels] {
      try change("convert", version)
      #expect(try shown(slot: 0) == namespaces)
      let dump = try json(try run("vnvdimm-label-dump", "--json", "nv.img"))
      let index = try #require((dump["index"] as? [[String: Any]])?.first)
      #expect("\(index["major"] ?? "").\(index["minor"] ?? "")" == version)
    }
  }

  @Test("after somebody made the file longer") func relocation() throws {
    try makeBackend()
    let namespaces = try shown(slot: 0)
    let old = try contents().count
    try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("nv.img")))
      .truncate(atOffset: UInt64(old) + 16 << 20)
    let beyond = try migrate(["relocate", "nv.img", "\(old + 64 << 20)"])
    #expect(beyond.status == 2)
    #expect(beyond.errors.contains("nv.img: the backend ends before the old size"))
    try change("relocate", "\(old)")
    #expect(try shown(slot: 0) == namespaces)
    let dump = try json(try run("vnvdimm-label-dump", "--json", "nv.img"))
    #expect((dump["label_area"] as? [String: Any])?["guest_size"] as? Int == 48 << 20)
  }

  @Test("labels are split off into a file and joined again") func splitAndJoin() throws {
    try makeBackend()
    let before = try contents()
    let split = try migrate(["split", "nv.img", "labels.bin"])
    #expect(split.status == 0, "\(split.errors)")
    #expect(try contents() == before.prefix(32 << 20))
    #expect(try contents("labels.bin") == before.suffix(2 << 20))
    let join = try migrate(["join", "nv.img", "labels.bin"])
    #expect(join.status == 0, "\(join.errors)")
    #expect(try contents() == before)
    #expect(try migrate(["join", "nv.img", "labels.bin"]).status == 2)
  }

  @Test("labels are copied to another backend, and only labels") func copy() throws {
    try makeBackend()
    #expect(try run("vnvdimm-create", "--quiet", "--size", "48M", "--label-size", "2M", "other.img").status == 0)
    let source = try contents()
    try change("copy", "other.img", name: "other.img")
    #expect(try contents() == source)
    #expect(try shown("other.img", slot: 0) == shown(slot: 0))
    #expect(try contents("other.img").prefix(48 << 20).allSatisfy { $0 == 0 })
    // The other backend has labels now, and they are not overwritten.
    let again = try migrate(["copy", "nv.img", "other.img"])
    #expect(again.status == 2)
    #expect(again.errors.contains("other.img"))
    // Not even labels in an area of another size, which begin elsewhere.
    #expect(try migrate(["resize", "other.img", "128K"]).status == 0)
    let state = try contents("other.img")
    let third = try migrate(["copy", "nv.img", "other.img"])
    #expect(third.status == 2)
    #expect(third.errors.contains("already has 2 labels"))
    #expect(try contents("other.img") == state)
  }

  @Test("a backup puts the labels back, whatever became of them") func backup() throws {
    try makeBackend()
    let before = try contents()
    let namespaces = try shown(slot: 0)
    try change("move", "3", "--backup", "kept.bin")
    #expect(try contents("kept.bin") == before.suffix(2 << 20))
    // An existing name is refused, and nothing changes.
    let state = try contents()
    let taken = try migrate(["move", "nv.img", "2", "--backup", "kept.bin"])
    #expect(taken.status == 2)
    #expect(try contents() == state)
    try change("restore", "kept.bin")
    #expect(try shown(slot: 0) == namespaces)
    // All index blocks lost.
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("nv.img")))
    try file.seek(toOffset: 32 << 20)
    try file.write(contentsOf: Data(repeating: 0xee, count: 4096))
    try file.close()
    try change("restore", "kept.bin")
    #expect(try shown(slot: 0) == namespaces)
  }

  @Test(
    "a damaged label is repaired first: a change would leave it behind",
    arguments: [
      "move nv.img 2", "convert nv.img 1.1", "resize nv.img 1M", "renew-uuids nv.img", "copy nv.img other.img",
    ])
  func damagedLabel(change: String) throws {
    let folder = try TemporaryDirectory()
    for arguments in [
      ["--size", "64M", "--namespace", "raw,size=32M", "--namespace", "raw,name=second", "nv.img"],
      ["--size", "64M", "--labels", "blank", "other.img"],
    ] { #expect(try ProgramRun("vnvdimm-create", ["-q"] + arguments, in: folder.url).status == 0) }
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent("nv.img"))
    // The second label, behind two index blocks of 1280 bytes.
    try file.seek(toOffset: (64 << 20) + 2560 + 256 + 3)
    try file.write(contentsOf: Data([0x5a]))
    try file.close()
    let before = try FolderState(of: folder.url)
    let run = try ProgramRun(
      "vnvdimm-migrate-labels", change.split(separator: " ").map(String.init), in: folder.url)
    #expect(run.status == 2 && run.errors.contains("slot 1"), "\(run.errors)")
    #expect(run.errors.contains("hint: vnvdimm-migrate-labels repair nv.img"), "\(run.errors)")
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test("a damaged index block is made anew from the other", arguments: [0, 1])
  func damagedIndex(block: UInt64) throws {
    try makeBackend()
    let namespaces = try shown(slot: 0)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("nv.img")))
    try file.seek(toOffset: 32 << 20 + block * 1280 + 100)
    try file.write(contentsOf: Data([0x55]))
    try file.close()
    #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 3)
    try change("repair")
    #expect(try run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
    #expect(try shown(slot: 0) == namespaces)
    #expect(try json(try migrate(["repair", "nv.img", "--json"]))["changed"] as? Bool == false)
  }

  /// Makes two labels of one namespace, whose extents Linux mixes: it shows the namespace at the place of the second
  /// label, which begins within the region, with the extent of the first one, which belongs to another slot.
  private func makeContradiction() throws -> Data {
    let made = try run("vnvdimm-create", "--quiet", "--size", "64M", "--label-size", "128K", "nv.img")
    #expect(made.status == 0, "\(made.errors)")
    let labels = [(slot: 1, dpa: UInt64(0)), (slot: 0, dpa: 56 << 20)].map { slot, dpa in
      var label = NamespaceLabel(blank: .v1_2)
      label.uuid = UUID(uuid: (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
      _ = label.setName("one")
      label[NamespaceLabel.Fields.setSize] = 1
      label[NamespaceLabel.Fields.cookie] = InterleaveSetCookie(virtualSlot: slot).v1_2
      label[NamespaceLabel.Fields.dpa] = dpa
      label[NamespaceLabel.Fields.rawSize] = 16 << 20
      label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.none.guid)
      return label
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("nv.img")))
    try file.seek(toOffset: 64 << 20)
    try file.write(contentsOf: Data(LabelArea.encoded(.v1_2, size: 128 << 10, labels: labels).array))
    try file.close()
    return try contents()
  }

  @Test("a change after which Linux would no longer show a namespace is refused") func hiding() throws {
    let before = try makeContradiction()
    let namespace = "01010101-0101-0101-0101-010101010101"
    #expect(try shown(slot: 0) == ["\(namespace) one 0 \(16 << 20)"])
    // The region would end before the second label.
    let larger = try migrate(["resize", "nv.img", "16M"])
    #expect(larger.status == 2)
    #expect(
      larger.errors == """
        vnvdimm-migrate-labels: nv.img: Linux shows namespace \(namespace) "one" now, but would not afterwards: its labels contradict each other
        hint: vnvdimm-migrate-labels repair nv.img

        """)
    // Both labels would belong to this slot.
    let moved = try migrate(["move", "nv.img", "0"])
    #expect(moved.status == 2)
    #expect(moved.errors.contains("Linux would refuse all labels because of that of namespace \(namespace)"))
    #expect(try contents() == before)
    // Converted labels keep their meaning.
    try change("convert", "1.1")
    #expect(try shown(slot: 0) == ["\(namespace) one 0 \(16 << 20)"])
  }

  @Test(
    "on a full disk nothing changes, not even for a while",
    .enabled(if: CreateFailureTests.canIsolate, "needs a mount namespace of its own"),
    arguments: [
      "resize nv.img 2M --keep-guest-size --no-backup", "convert nv.img 1.1", "split nv.img labels.bin",
      "move nv.img 2 --backup kept.bin",
    ])
  func fullDisk(change: String) throws {
    let script = """
      mkdir disk && mount -t tmpfs -o size=1M none disk && cd disk || exit 99
      PATH=\(ProgramRun.products.path):$PATH
      vnvdimm-create --quiet --size 16M --label-size 128K --namespace raw nv.img || exit 99
      cat /dev/zero > filling 2> /dev/null; { ls -AiU; sha256sum nv.img; } > ../before
      vnvdimm-migrate-labels \(change); status=$?
      { ls -AiU; sha256sum nv.img; } > ../after; cmp ../before ../after || exit 98
      exit $status
      """
    let shell = CreateFailureTests.isolation + ["/bin/sh", "-c", script]
    let run = try ProgramRun(executable: URL(fileURLWithPath: shell[0]), Array(shell.dropFirst()), in: folder.url)
    #expect(run.status == 1, "\(run.text)")
    #expect(run.errors.contains(": No space left on device\n"), "\(run.errors)")
  }

  @Test("a backend in use is left alone") func inUse() throws {
    try makeBackend()
    let before = try contents()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec sleep 60 <nv.img"]
    process.currentDirectoryURL = folder.url
    try process.run()
    let file = "/proc/\(process.processIdentifier)/fd/0"
    while (try? FileManager.default.destinationOfSymbolicLink(atPath: file))?.hasSuffix("nv.img") != true {
      usleep(1000)
    }
    let run = try migrate(["move", "nv.img", "1"])
    // SIGKILL, not SIGTERM: a test may have been started with SIGTERM blocked, and its children inherit that.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(run.status == 2)
    #expect(run.errors.contains("nv.img: in use by"))
    #expect(run.errors.contains("(process \(process.processIdentifier))"))
    #expect(try contents() == before)
    #expect(try migrate(["move", "nv.img", "1"]).status == 0)
  }

  @Test("only what exists", arguments: ["nv.img", "move nv.img", "repair nv.img 1", "convert nv.img 2.1"])
  func usage(options: String) throws {
    try makeBackend()
    let before = try contents()
    let run = try migrate(options.split(separator: " ").map(String.init))
    #expect(run.status == 64)
    #expect(try contents() == before)
  }
}
