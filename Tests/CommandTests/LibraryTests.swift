import Foundation
import TestSupport
import Testing

/// `Tests/Example` depends on the library as any other package does.
@Suite("the library")
struct LibraryTests {
  private static let root = Corpus.folder.appendingPathComponent("../..").standardizedFileURL.path
  /// A folder below the build folder, so that nothing is compiled twice.
  private static let scratch = root + "/.build/example"

  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static func swift(_ verb: String, _ package: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      ["swift", verb, "--package-path", root + package, "--scratch-path", scratch] + arguments)
  }

  /// The result of building the example.
  private static let build = Result { try swift("build", "/Tests/Example") }

  private func overwrite(_ name: String, at offset: UInt64, with bytes: [UInt8]) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }

  /// A backend: the arguments of vnvdimm-create, and the offset of a byte to damage.
  struct Case: CustomTestStringConvertible {
    let arguments: [String]
    var damage: UInt64?
    var isWhole = true

    var testDescription: String { arguments.joined(separator: " ") + (damage.map { ", damaged at \($0)" } ?? "") }
  }

  private static let twoNamespaces = [
    "--size", "64M", "--namespace", "sector,size=32M", "--namespace", "devdax,name=x",
  ]

  @Test(
    "the example lists and finds what vnvdimm-check does",
    arguments: [
      Case(arguments: twoNamespaces),
      Case(arguments: twoNamespaces, damage: (32 << 20) + 4096 + 2000, isWhole: false),
      // The current index block; the other one lists the same labels.
      Case(arguments: twoNamespaces, damage: (64 << 20) + 100),
      // The label in slot 0.
      Case(arguments: twoNamespaces, damage: (64 << 20) + 2 * 1280 + 20, isWhole: false),
      Case(arguments: ["--size", "64M", "--labels", "1.1", "--namespace", "fsdax,map=mem"]),
      Case(arguments: ["--file-size", "64M", "--label-size", "none"]),
    ])
  func example(of backend: Case) throws {
    let build = try Self.build.get()
    try #require(build.status == 0, "\(build.text)\(build.errors)")
    try #require(ProgramRun("vnvdimm-create", backend.arguments + ["nv.img"], in: folder.url).status == 0)
    if let damage = backend.damage { try overwrite("nv.img", at: damage, with: [0xa5]) }

    let program = URL(fileURLWithPath: Self.scratch + "/debug/nvdimm-list")
    let example = try ProgramRun(executable: program, ["nv.img"], in: folder.url)
    let check = try ProgramRun("vnvdimm-check", ["--guest-view", "nv.img"], in: folder.url)
    let listing = try #require(JSONSerialization.jsonObject(with: example.output) as? NSDictionary)
    #expect(listing == (try JSONSerialization.jsonObject(with: check.output) as? NSDictionary))
    // Only the programs know which commands hints name.
    let found = check.errors.components(separatedBy: "\n").filter { !$0.hasPrefix("hint: ") }
    #expect(example.errors == found.joined(separator: "\n").replacing("vnvdimm-check: nv.img: ", with: ""))
    #expect((example.status == 0) == backend.isWhole && (example.status == 2) == !backend.isWhole)
    #expect(example.errors.isEmpty == (backend.damage == nil))
  }

  /// Some releases of SwiftPM refuse a dependency with unsafe flags.
  @Test("no target of the product has unsafe flags, or depends on another package")
  func manifest() throws {
    let dump = try Self.swift("package", "", "dump-package")
    try #require(dump.status == 0, "\(dump.errors)")
    let package = try #require(JSONSerialization.jsonObject(with: dump.output) as? [String: Any])
    let targets = try #require(package["targets"] as? [[String: Any]])
    let product = try #require((package["products"] as? [[String: Any]])?.first)
    var names = try #require(product["targets"] as? [String])
    var seen: Set<String> = []
    while let name = names.popLast() {
      guard seen.insert(name).inserted else { continue }
      let target = try #require(targets.first { $0["name"] as? String == name })
      let kinds = try #require(target["settings"] as? [[String: Any]]).map { $0["kind"] as? [String: Any] }
      #expect(kinds.allSatisfy { $0?.keys.contains("unsafeFlags") == false }, "\(name)")
      for dependency in try #require(target["dependencies"] as? [[String: Any]]) {
        let ours = try #require((dependency["byName"] as? [Any])?.first as? String, "\(name): \(dependency)")
        names.append(ours)
      }
    }
    #expect(seen == ["PersistentMemory", "Basics"])
  }
}
