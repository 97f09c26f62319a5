import Foundation
import TestSupport
import Testing

/// Tests of the Ansible module, run by Ansible itself.
@Suite("Ansible module")
struct AnsibleTests {
  private let folder: TemporaryDirectory
  private static let ansible = URL(fileURLWithPath: "/usr/bin/ansible")
  private static let module = Corpus.folder.appendingPathComponent("../../Sources/Packaging/ansible")
    .standardizedFileURL

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
    let warnings: [String]?
    let findings: [Finding]?
    let documents: [CheckAnswer.Document]?
  }

  private func run(_ program: String, _ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [
        "HOME=\(folder.url.path)", "PATH=\(ProgramRun.products.path):/usr/bin:/bin",
        "ANSIBLE_LIBRARY=\(Self.module.path)", "ANSIBLE_NOCOLOR=1", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3",
        program,
      ] + arguments, in: folder.url)
  }

  /// Returns the module's output for `arguments`, in JSON, when Python runs the module the way Ansible does.
  private func answer(_ arguments: String) throws -> Answer {
    let text = "{\"ANSIBLE_MODULE_ARGS\": \(arguments)}"
    let run = try self.run("/usr/bin/python3", [Self.module.appendingPathComponent("vnvdimm_check.py").path, text])
    return try JSONDecoder().decode(Answer.self, from: run.output)
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
      let run = try self.run(
        "/usr/bin/python3",
        [Self.module.appendingPathComponent("vnvdimm_check.py").path, "{\"ANSIBLE_MODULE_ARGS\": \(arguments)}"])
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
        "PATH=\(folder.url.path):/usr/bin:/bin", "/usr/bin/python3",
        Self.module.appendingPathComponent("vnvdimm_check.py").path,
        "{\"ANSIBLE_MODULE_ARGS\": {\"path\": \"good.img\", \"timeout\": 1}}",
      ], in: folder.url)
    #expect(run.status == 1)
    #expect(
      run.text.contains("\"msg\": \"not checked within 1 s\"") && run.text.contains("\"status\": 124"), "\(run.text)")
  }

  @Test("ansible-doc shows its options, examples and answers") func documentation() throws {
    let run = try self.run(
      "/usr/bin/ansible-doc", ["--type", "module", "--module-path", Self.module.path, "vnvdimm_check"])
    #expect(run.status == 0, "\(run.errors)")
    for text in ["qemu_version", "label_size", "fail_on", "EXAMPLES:", "RETURN VALUES:", "check_mode"] {
      #expect(run.text.contains(text), "\(text)")
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
        "--inventory", "hosts", "--one-line", "--check", "--module-name", "vnvdimm_check", "--args",
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
