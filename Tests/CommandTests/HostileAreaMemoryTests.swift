import Foundation
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// A guest may fill its label area with anything: a program may need only a small multiple of the area's size for it.
@Suite("Memory for a hostile label area")
struct HostileAreaMemoryTests {
  private static let size = 2 << 20
  /// The limit of private memory, including the program's own.
  private static let limit = 24 * size

  /// Makes a backend whose area has a label, with its own name and uuid, in every slot but one.
  private static func backend(_ version: LabelVersion, in folder: TemporaryDirectory) throws {
    var generator = SeededGenerator(fuzzing: "hostile area")
    let geometry = try #require(LabelGeometry(areaSize: size, labelSize: version.labelSize))
    let labels = (0..<geometry.slotCount - 1).map { slot in
      var label = NamespaceLabel(blank: version)
      label.uuid = UUID()
      _ = label.setName(String(generator.next(), radix: 36) + String(repeating: "x", count: 40))
      for field in [NamespaceLabel.Fields.dpa, NamespaceLabel.Fields.rawSize, NamespaceLabel.Fields.cookie] {
        label[field] = generator.next()
      }
      return label
    }
    let path = folder.path("nv.img")
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: 16 << 20)
    try file.write(contentsOf: Data(LabelArea.encoded(version, size: size, labels: labels).array))
    try file.close()
  }

  @Test(
    "a used label in each slot", arguments: [LabelVersion.v1_1, .v1_2],
    [["vnvdimm-label-dump", "--verify"], ["vnvdimm-check"]])
  func limited(version: LabelVersion, command: [String]) throws {
    let folder = try TemporaryDirectory()
    try Self.backend(version, in: folder)
    let program = ProgramRun.products.appendingPathComponent(command[0]).path
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/prlimit"),
      ["--data=\(Self.limit)", program] + command.dropFirst() + ["nv.img"], in: folder.url)
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.text.contains("more findings of this rule"))
  }
}
