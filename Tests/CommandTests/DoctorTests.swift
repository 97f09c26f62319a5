import Foundation
import TestSupport
import Testing

@Suite("vnvdimm doctor")
struct DoctorTests {
  private struct Report: Decodable {
    struct Fact: Decodable {
      let name: String
      let state: String
      let fact: String
      let command: String?
    }
    let format: Int
    let host: [Fact]
    let install: String?
  }

  /// Returns the answer of a run with only `path` in PATH.
  private static func run(_ arguments: [String] = [], path: String) throws -> ProgramRun {
    let program = ProgramRun.products.appendingPathComponent("vnvdimm").path
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"), ["PATH=\(path)", program, "doctor"] + arguments)
  }

  @Test("the status tells whether something is missing", arguments: ["/usr/bin", "/"])
  func status(path: String) throws {
    let run = try Self.run(["--json"], path: path)
    let report = try JSONDecoder().decode(Report.self, from: run.output)
    #expect(report.format == 1)
    let missing = report.host.filter { $0.state == "missing" }
    #expect(run.status == (missing.isEmpty ? 0 : 3))
    #expect(run.errors.isEmpty)
    #expect(missing.contains { $0.name == "QEMU" && $0.command == "apt-get install qemu-system-x86" } == (path == "/"))
    // One line installs everything that is missing.
    let prefix = "apt-get install "
    let packages = missing.compactMap(\.command).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
    let command = packages.isEmpty ? nil : prefix + packages.joined(separator: " ")
    #expect(report.install == command.map { geteuid() == 0 ? $0 : "sudo \($0)" })
    // The text says the same in words.
    let text = try Self.run(path: path).text
    for fact in report.host where fact.name != "KVM" {
      #expect(text.contains("\(fact.state)") && text.contains(fact.fact), "\(fact)")
      #expect(fact.command.map { text.contains($0) } ?? true)
    }
  }

  @Test("the version of QEMU is its own")
  func version() throws {
    let path = "/usr/bin/qemu-system-x86_64"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let said = try ProgramRun(executable: URL(fileURLWithPath: path), ["--version"]).text.split(separator: "\n")[0]
    #expect(try Self.run(path: "/usr/bin").text.contains("\(said), \(path)"))
  }

  @Test("its page lists the statuses and the keys that there are")
  func page() throws {
    let page = try ManPage("vnvdimm-doctor.1")
    #expect(page.statuses == [0, 3, 64])
    #expect(try ProgramRun("vnvdimm", ["doctor", "--jsno"]).status == 64)
    let document = try JSONSerialization.jsonObject(with: try Self.run(["--json"], path: "/").output)
    #expect(try page.keys == Set(#require(document as? [String: Any]).keys))
  }
}
