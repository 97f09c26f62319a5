import Foundation
import TestSupport
import Testing

/// The module of Ansible, run by Ansible itself.
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
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("broken.img"))
    try file.truncate(atOffset: 32 << 20)
    try file.close()
  }

  private struct Answer: Decodable {
    let changed: Bool
    let failed: Bool
    let msg: String
    let status: Int32
    let warnings: [String]
    let backends: [CheckAnswer]
  }

  /// Runs the module as Ansible does, without Ansible.
  private func run(_ arguments: String) throws -> Answer {
    try Data(arguments.utf8).write(to: folder.url.appendingPathComponent("arguments"))
    let run = try ProgramRun("vnvdimm-check", ["--ansible", "arguments"], in: folder.url)
    let answer = try JSONDecoder().decode(Answer.self, from: run.output)
    #expect(answer.status == run.status)
    return answer
  }

  @Test("the least that a playbook can ask, and all that it can") func arguments() throws {
    let least = try run("{\"path\": \"good.img\", \"_ansible_check_mode\": true}")
    #expect(!least.failed && !least.changed)
    #expect(least.msg == "1 backend: 1 consistent")
    #expect(least.backends.map(\.path) == ["good.img"])
    let all = try run(
      """
      {"path": ["good.img", "good.img"], "size": 67239936, "label_size": "none", "align": "2M", "slot": 1,
       "qemu_version": 7.2, "arch": "x86_64", "fail_on": "error", "_ansible_no_log": false}
      """)
    #expect(!all.failed)
    #expect(all.backends.count == 2)
    #expect(all.backends[0].geometry?.size == 67_239_936)
    #expect(all.warnings.contains { $0.contains("label-area-unused") })
    #expect(
      try run("{\"path\": \"good.img\", \"label_size\": \"none\", \"fail_on\": \"warning\"}").failed)
  }

  @Test("a broken backend fails, and so does what cannot be understood") func failures() throws {
    let broken = try run("{\"paths\": [\"good.img\", \"broken.img\"], \"size\": \"65664K\"}")
    #expect(broken.failed)
    #expect(broken.msg.hasPrefix("broken.img: error: backend-smaller: "))
    #expect(broken.msg.hasSuffix("; 2 backends: 1 consistent, 1 damaged or refused"))
    for (arguments, message) in [
      ("{}", "missing required arguments: path"), ("{\"path\": \"x\", \"sise\": 1}", "Unsupported parameters: sise"),
      ("[]", "no JSON object"), ("{\"path\": \"x\", \"size\": \"big\"}", "big"),
      ("{\"path\": \"x\", \"qemu_version\": \"1.0\"}", "1.0"), ("{\"path\": \"x\", \"arch\": \"vax\"}", "vax"),
      ("{\"path\": \"x\", \"slot\": \"first\"}", "first"),
    ] {
      let answer = try run(arguments)
      #expect(answer.failed && answer.status == 64)
      #expect(answer.msg.contains(message), "\(answer.msg)")
    }
  }

  @Test("Ansible runs it on every host of an inventory") func inventory() throws {
    let inventory = """
      good ansible_connection=local image=\(folder.path("good.img"))
      other ansible_connection=local image=\(folder.path("good.img"))
      broken ansible_connection=local image=\(folder.path("broken.img"))
      missing ansible_connection=local image=\(folder.path("missing.img"))
      """
    try Data(inventory.utf8).write(to: folder.url.appendingPathComponent("hosts"))
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [
        "HOME=\(folder.url.path)", "PATH=\(ProgramRun.products.path):/usr/bin:/bin",
        "ANSIBLE_LIBRARY=\(Self.module.path)",
        "ANSIBLE_NOCOLOR=1", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3", Self.ansible.path, "--inventory", "hosts",
        "--one-line", "--check", "--module-name", "vnvdimm_check", "--args", "path={{ image }} size=65664K", "all",
      ], in: folder.url)
    let lines = run.text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("good | SUCCESS => ") && $0.contains("\"changed\": false") })
    #expect(lines.contains { $0.hasPrefix("other | SUCCESS => ") })
    #expect(lines.contains { $0.hasPrefix("broken | FAILED! => ") && $0.contains("backend-smaller") })
    #expect(lines.contains { $0.hasPrefix("missing | FAILED! => ") && $0.contains("no such file") })
    #expect(run.status == 2, "\(run.text) \(run.errors)")
  }
}
