import Foundation
import TestSupport
import Testing

/// Tests of the Ansible collection, run by Ansible itself.
@Suite("Ansible collection")
struct AnsibleTests {
  private let folder: TemporaryDirectory
  private static let ansible = URL(fileURLWithPath: "/usr/bin/ansible")
  private static let path = Corpus.folder.appendingPathComponent("../../Sources/Packaging").standardizedFileURL
  private static let collection = path.appendingPathComponent("ansible_collections/vnvdimm/backend")

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["good.img", "broken.img"] {
      let creation = ["--quiet", "--size", "64M", "--label-size", "128K", name]
      try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    }
    try CheckedFile.length(80 << 20).make(in: folder, name: "plain.img")
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("broken.img"))
    try file.truncate(atOffset: 32 << 20)
    try file.close()
  }

  private struct Answer: Decodable {
    struct Finding: Decodable {
      let path: String
      let rule: String
    }

    let changed: Bool
    let failed: Bool?
    let msg: String
    let status: Int32?
    let hint: String?
    let backup_file: String?
    let differences: [String: [String: UInt64]]?
    let warnings: [String]?
    let findings: [Finding]?
    let documents: [CheckAnswer.Document]?
  }

  private func run(_ program: String, _ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [
        "HOME=\(folder.url.path)", "PATH=\(ProgramRun.products.path):/usr/bin:/bin",
        "ANSIBLE_COLLECTIONS_PATH=\(Self.path.path)", "PYTHONPATH=\(Self.path.path)", "PYTHONDONTWRITEBYTECODE=1",
        "ANSIBLE_NOCOLOR=1", "LC_ALL=C.UTF-8", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3",
        program,
      ] + arguments, in: folder.url)
  }

  /// Runs a module with `arguments`, in JSON, the way Ansible does.
  private func run(module: String, _ arguments: String) throws -> ProgramRun {
    let path = Self.collection.appendingPathComponent("plugins/modules/\(module).py").path
    return try run("/usr/bin/python3", [path, "{\"ANSIBLE_MODULE_ARGS\": \(arguments)}"])
  }

  /// Returns the module's output for `arguments`, in JSON.
  private func answer(_ arguments: String, of module: String = "check") throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: run(module: module, arguments).output)
  }

  @Test("the least that a playbook can ask, and all that it can") func arguments() throws {
    let least = try answer("{\"path\": \"good.img\", \"_ansible_check_mode\": true}")
    #expect(least.failed != true && !least.changed && least.msg == "1 checked" && least.status == 0)
    #expect(least.documents?.flatMap(\.backends).map(\.path) == ["good.img"])
    let all = try answer(
      """
      {"path": ["good.img", "plain.img"], "size": 67108864, "label_size": "none", "align": "2M", "slot": 1,
       "qemu_version": 7.2, "arch": "x86_64", "fail_on": "error", "allow": ["label-area-behind-size"]}
      """)
    #expect(all.failed != true && all.status == 3)
    #expect(all.documents?.first?.backends.first?.mapped_size == 67_108_864)
    #expect(all.warnings?.contains { $0.hasPrefix("plain.img: backend-larger: ") } == true)
    #expect(all.warnings?.contains { $0.contains("label-area-behind-size") } == false)
    for more in ["\"fail_on\": \"warning\"", "\"deny\": [\"backend-larger\"]"] {
      let failed = try answer("{\"path\": \"plain.img\", \"size\": \"64M\", \(more)}")
      #expect(failed.failed == true && failed.msg.hasPrefix("plain.img: backend-larger: "), "\(failed.msg)")
    }
    let refused = try answer("{\"path\": \"plain.img\", \"slot\": 256}")
    #expect(refused.failed == true && refused.msg.hasPrefix("plain.img: qemu-system-x86_64: machine-slot: "))
  }

  @Test("a broken backend fails, and so does what cannot be understood") func failures() throws {
    let broken = try answer("{\"paths\": [\"good.img\", \"broken.img\"], \"size\": \"65664K\"}")
    #expect(broken.failed == true && broken.status == 2)
    #expect(broken.msg.hasPrefix("broken.img: backend-smaller: "))
    #expect(broken.findings?.contains { $0.path == "broken.img" && $0.rule == "backend-smaller" } == true)
    #expect(try answer("{\"path\": \"missing.img\"}").msg.contains("missing.img: no such file"))
    for (arguments, message) in [
      ("{}", "missing required arguments: path"), ("{\"path\": \"x\", \"sise\": 1}", "Unsupported parameters"),
      ("{\"path\": \"x\", \"size\": \"big\"}", "'big'"), ("{\"path\": \"x\", \"qemu_version\": \"1.0\"}", "1.0"),
      ("{\"path\": \"x\", \"arch\": \"vax\"}", "vax"), ("{\"path\": \"x\", \"slot\": \"first\"}", "first"),
      ("{\"path\": \"x\", \"deny\": [\"no-rule\"]}", "no such rule"),
    ] {
      let run = try self.run(module: "check", arguments)
      #expect(run.status == 1 && run.text.contains("\"failed\": true"))
      #expect(run.text.contains(message), "\(run.text)")
    }
  }

  @Test("a check that does not end is given up") func deadline() throws {
    let program = folder.url.appendingPathComponent("vnvdimm-check")
    try Data("#!/bin/sh\nsleep 60\n".utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [
        "PATH=\(folder.url.path):/usr/bin:/bin", "PYTHONPATH=\(Self.path.path)", "PYTHONDONTWRITEBYTECODE=1",
        "/usr/bin/python3", Self.collection.appendingPathComponent("plugins/modules/check.py").path,
        "{\"ANSIBLE_MODULE_ARGS\": {\"path\": \"good.img\", \"timeout\": 1}}",
      ], in: folder.url)
    #expect(run.status == 1)
    #expect(
      run.text.contains("\"msg\": \"not checked within 1 s\"") && run.text.contains("\"status\": 124"), "\(run.text)")
  }

  @Test("create makes what is not there, and leaves what is") func creation() throws {
    let wanted = """
      "path": "new.img", "file_size": "66M", "label_size": "2M", "slot": 2, "mode": "0640",
      "namespaces": [{"mode": "fsdax", "name": "a,b", "size": "32M"}, {"mode": "sector", "sector_size": "4096"}]
      """
    let planned = try answer("{\(wanted), \"_ansible_check_mode\": true}", of: "create")
    #expect(planned.changed && planned.failed != true && planned.msg == "to be created")
    #expect(!FileManager.default.fileExists(atPath: folder.path("new.img")))
    let created = try answer("{\(wanted)}", of: "create")
    #expect(created.changed && created.failed != true && created.msg == "created", "\(created.msg)")
    let file = folder.url.appendingPathComponent("new.img")
    let content = try Data(contentsOf: file)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(content.count == 66 << 20 && mode == 0o640)
    let check = try ProgramRun("vnvdimm-check", ["--json", "--slot", "2", "new.img"], in: folder.url)
    #expect(check.status == 0 && check.text.contains("\"name\" : \"a,b\""), "\(check.text)")
    #expect(check.text.contains("\"mode\" : \"sector\""))
    for mode in ["", ", \"_ansible_check_mode\": true"] {
      let again = try answer("{\(wanted)\(mode)}", of: "create")
      #expect(!again.changed && again.failed != true && again.differences == [:], "\(again.msg)")
    }
    // A different size is for resize to change; labels for another slot or of another size were not asked for here.
    let larger = try answer("{\"path\": \"new.img\", \"file_size\": \"130M\"}", of: "create")
    #expect(!larger.changed && larger.failed != true && larger.warnings?.count == 1)
    #expect(larger.differences == ["file_size": ["stored": 66 << 20, "expected": 130 << 20]])
    for (other, name) in [("\"label_size\": \"128K\"", "label_size"), ("\"slot\": 3", "slot")] {
      let refused = try answer("{\"path\": \"new.img\", \"size\": \"64M\", \(other)}", of: "create")
      #expect(refused.failed == true && !refused.changed && refused.differences?.keys.sorted() == [name])
    }
    #expect(try Data(contentsOf: file) == content)
    let attributes = try answer("{\"path\": \"new.img\", \"size\": \"64M\", \"mode\": \"0600\"}", of: "create")
    #expect(attributes.changed && attributes.failed != true)
  }

  @Test("resize changes the size once, and refuses what would lose data") func resizing() throws {
    #expect(try answer("{\"path\": \"good.img\", \"file_size\": \"65664K\"}", of: "resize").changed == false)
    let wanted = "\"path\": \"good.img\", \"file_size\": \"131200K\""
    let good = folder.url.appendingPathComponent("good.img")
    let before = try Data(contentsOf: good)
    let planned = try answer("{\(wanted), \"_ansible_check_mode\": true}", of: "resize")
    #expect(planned.changed && planned.failed != true)
    #expect(try Data(contentsOf: good) == before)
    let changed = try answer("{\(wanted)}", of: "resize")
    #expect(changed.changed && changed.failed != true, "\(changed.msg)")
    #expect(changed.backup_file.map { FileManager.default.fileExists(atPath: $0) } == true)
    #expect(try Data(contentsOf: good).count == 131200 << 10)
    let again = try answer("{\(wanted)}", of: "resize")
    #expect(!again.changed && again.failed != true && again.backup_file == nil)
    for mode in ["", ", \"_ansible_check_mode\": true"] {
      let shorter = try answer("{\"path\": \"good.img\", \"file_size\": \"65664K\"\(mode)}", of: "resize")
      #expect(shorter.failed == true && !shorter.changed && shorter.findings?.first?.rule == "shrink-not-allowed")
    }
    #expect(try Data(contentsOf: good).count == 131200 << 10)
    let allowed = "{\"path\": \"good.img\", \"file_size\": \"65664K\", \"allow_shrink\": true, \"backup\": false}"
    let shorter = try answer(allowed, of: "resize")
    #expect(shorter.changed && shorter.failed != true && shorter.backup_file == nil, "\(shorter.msg)")
    for (size, message) in [("+64M", "file_size: "), ("big", "'big'")] {
      let refused = try answer("{\"path\": \"good.img\", \"file_size\": \"\(size)\"}", of: "resize")
      #expect(refused.failed == true && refused.msg.contains(message), "\(refused.msg)")
    }
    let missing = "\"path\": \"missing.img\", \"file_size\": \"1G\""
    #expect(try answer("{\(missing)}", of: "resize").failed == true)
    let later = try answer("{\(missing), \"_ansible_check_mode\": true}", of: "resize")
    #expect(later.failed != true && later.warnings?.count == 1)
  }

  @Test("seal seals once, and fails where the layout has moved") func sealing() throws {
    let wanted = "\"path\": \"good.img\", \"sidecar\": \"good.layout\""
    let planned = try answer("{\(wanted), \"_ansible_check_mode\": true}", of: "seal")
    #expect(planned.changed && planned.failed != true, "\(planned.msg)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("good.layout")))
    let sealed = try answer("{\(wanted)}", of: "seal")
    #expect(sealed.changed && sealed.failed != true, "\(sealed.msg)")
    let again = try answer("{\(wanted)}", of: "seal")
    #expect(!again.changed && again.failed != true && again.status == 0, "\(again.msg)")
    let start = "{\(wanted), \"size\": \"64M\""
    let moved = try answer(start + "}", of: "seal")
    #expect(moved.failed == true && !moved.changed && moved.findings?.isEmpty == false)
    // What seal refuses is refused in check mode too.
    for mode in ["", ", \"_ansible_check_mode\": true"] {
      let refused = try answer(start + ", \"renew\": true\(mode)}", of: "seal")
      #expect(refused.failed == true && !refused.changed, "\(refused.msg)")
    }
    let label = ["add", "--no-backup", "good.img", "--namespace", "raw,size=16M"]
    #expect(try ProgramRun("vnvdimm-migrate-labels", label, in: folder.url).status == 0)
    let warned = try answer("{\(wanted)}", of: "seal")
    #expect(warned.failed != true && !warned.changed && warned.warnings?.isEmpty == false)
    let renewed = try answer("{\(wanted), \"renew\": true}", of: "seal")
    #expect(renewed.changed && renewed.failed != true, "\(renewed.msg)")
    #expect(try answer("{\(wanted)}", of: "seal").warnings == nil)
    // A seal that nobody can read is damage, not a backend without a seal.
    try Data("{}".utf8).write(to: folder.url.appendingPathComponent("good.layout"))
    let unreadable = try answer("{\(wanted)}", of: "seal")
    #expect(unreadable.failed == true && unreadable.status == 2, "\(unreadable.msg)")
  }

  @Test("ansible-doc shows options, examples and answers", arguments: ["check", "create", "resize", "seal"])
  func documentation(module: String) throws {
    let run = try self.run("/usr/bin/ansible-doc", ["--type", "module", "vnvdimm.backend.\(module)"])
    #expect(run.status == 0, "\(run.errors)")
    for text in ["label_size", "slot", "EXAMPLES:", "RETURN VALUES:", "check_mode", "- status"] {
      #expect(run.text.contains(text), "\(text)")
    }
  }

  /// The tests that install nothing by pip, and the one of modules and their documentation, as it is called by them.
  @Test("the tests of ansible-test for collections pass") func sanity() throws {
    let copy = folder.url.appendingPathComponent("ansible_collections/vnvdimm/backend")
    try FileManager.default.createDirectory(
      at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: Self.collection, to: copy)
    let environment = ["HOME=\(folder.url.path)", "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8"]
    let fromPip = ["ansible-doc", "import", "pep8", "pylint", "runtime-metadata", "validate-modules", "yamllint"]
    let tests = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      environment + ["/usr/bin/ansible-test", "sanity", "--local", "--color", "no"]
        + fromPip.flatMap { ["--skip-test", $0] }, in: copy)
    #expect(tests.status == 0, "\(tests.text) \(tests.errors)")
    #expect((tests.text + tests.errors).contains("Running sanity test \"shebang\""))
    let validator = "ansible_test/_util/controller/sanity/validate-modules/validate.py"
    let modules = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      environment + [
        "PYTHONPATH=\(folder.url.path)", "ANSIBLE_COLLECTIONS_PATH=\(folder.url.path)", "/usr/bin/python3",
        "/usr/lib/python3/dist-packages/\(validator)", "--format", "plain", "--arg-spec", "--collection",
        "ansible_collections/vnvdimm/backend", "--collection-version", Self.version(), "plugins/modules",
      ], in: copy)
    let ignored = try String(contentsOf: copy.appendingPathComponent("tests/sanity/ignore-2.14.txt"), encoding: .utf8)
    // plugins/modules/check.py:0:0: Emissing-gplv3-license MESSAGE
    let found = modules.text.split(separator: "\n").map { line -> String in
      let words = line.split(separator: " ")
      return "\(words[0].prefix { $0 != ":" }) validate-modules:\(words[1].dropFirst())"
    }
    #expect(found.sorted() == ignored.split(separator: "\n").map(String.init).sorted(), "\(modules.text)")
    #expect(modules.errors.isEmpty, "\(modules.errors)")
  }

  private static func version() throws -> String {
    try #require(ProgramRun("vnvdimm", ["--version"]).text.split(whereSeparator: \.isWhitespace).last.map(String.init))
  }

  @Test("the collection is of the programs' version") func version() throws {
    let text = try String(contentsOf: Self.collection.appendingPathComponent("galaxy.yml"), encoding: .utf8)
    #expect(try text.split(separator: "\n").contains("version: \(Self.version())"))
  }

  @Test("a playbook changes nothing in check mode, then everything, then nothing") func playbook() throws {
    let playbook = """
      - hosts: all
        gather_facts: false
        tasks:
          - vnvdimm.backend.create: {path: "{{ image }}", file_size: 66M, label_size: 2M, mode: '0600'}
          - vnvdimm.backend.resize: {path: "{{ image }}", file_size: 130M}
          - vnvdimm.backend.seal: {path: "{{ image }}", sidecar: "{{ image }}.layout"}

      """
    try Data(playbook.utf8).write(to: folder.url.appendingPathComponent("play.yml"))
    let image = folder.path("played.img")
    for (mode, changed, length) in [(["--check", "--diff"], 2, nil), (["--diff"], 3, 130 << 20), ([], 0, 130 << 20)] {
      let run = try self.run(
        "/usr/bin/ansible-playbook",
        ["--inventory", "localhost,", "--connection", "local", "--extra-vars", "image=\(image)", "play.yml"] + mode)
      let words = run.text.split(whereSeparator: \.isWhitespace)
      #expect(run.status == 0 && words.contains("ok=3") && words.contains("changed=\(changed)"), "\(run.text)")
      #expect((try? FileManager.default.attributesOfItem(atPath: image)[.size] as? Int) == length)
    }
  }

  @Test("Ansible runs it on every host of an inventory") func inventory() throws {
    let inventory = """
      good ansible_connection=local image=\(folder.path("good.img"))
      other ansible_connection=local image=\(folder.path("good.img"))
      broken ansible_connection=local image=\(folder.path("broken.img"))
      folder ansible_connection=local image=\(folder.url.path)
      """
    try Data(inventory.utf8).write(to: folder.url.appendingPathComponent("hosts"))
    let run = try self.run(
      Self.ansible.path,
      [
        "--inventory", "hosts", "--one-line", "--check", "--module-name", "vnvdimm.backend.check", "--args",
        "path={{ image }} size=65664K", "all",
      ])
    let lines = run.text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("good | SUCCESS => ") && $0.contains("\"changed\": false") })
    #expect(lines.contains { $0.hasPrefix("other | SUCCESS => ") })
    #expect(lines.contains { $0.hasPrefix("broken | FAILED! => ") && $0.contains("backend-smaller") })
    #expect(lines.contains { $0.hasPrefix("folder | FAILED! => ") && $0.contains("a directory, not a backend") })
    #expect(run.status == 2, "\(run.text) \(run.errors)")
  }
}
