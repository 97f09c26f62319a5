import Foundation
import PersistentMemory
import TestSupport
import Testing

@Suite("vnvdimm-label-dump on areas that Linux wrote or judged")
struct LabelDumpCorpusTests {
  /// Calls `body` for each DIMM of a case, with the path of a backend of its own.
  static func withBackends(_ recorded: LabelCase, _ body: (LabelCase.DIMM, String) throws -> Void) throws {
    let folder = try TemporaryDirectory()
    for dimm in recorded.dimms {
      let path = folder.path("nvdimm\(dimm.slot)")
      try recorded.makeBackend(of: dimm, at: path)
      try body(dimm, path)
    }
  }

  static func document(_ arguments: [String]) throws -> [String: Any] {
    let run = try ProgramRun("vnvdimm-label-dump", ["--json"] + arguments)
    #expect(run.errors.isEmpty)
    return try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
  }

  @Test("--raw is what ndctl read-labels gives, to the byte", arguments: LabelCase.all)
  func raw(recorded: LabelCase) throws {
    try Self.withBackends(recorded) { dimm, path in
      let run = try ProgramRun("vnvdimm-label-dump", ["--raw", "--label-size", "\(dimm.labelSize)", path])
      #expect(run.status == 0)
      #expect(run.output == Data(try recorded.area(of: dimm)))
    }
  }

  @Test("--json holds all that ndctl read-labels -j prints, and Linux's verdict", arguments: LabelCase.all)
  func json(recorded: LabelCase) throws {
    try Self.withBackends(recorded) { dimm, path in
      let arguments = ["--label-size", "\(dimm.labelSize)", "--slot", "\(dimm.slot)", "--boot", dimm.boot, path]
      let ours = try Self.document(arguments)
      let ndctl = try recorded.labels(of: dimm)
      #expect(ours["dev"] as? String == ndctl["dev"] as? String)
      for key in ["index", "label"] {
        let expected = try #require(ndctl[key] as? [[String: Any]])
        let found = try #require(ours[key] as? [[String: Any]])
        #expect(found.count == expected.count)
        for (expected, found) in zip(expected, found) {
          #expect(
            NSDictionary(dictionary: found.filter { expected[$0.key] != nil }) == NSDictionary(dictionary: expected))
        }
      }
      let linux = try #require(ours["linux"] as? [String: Any])
      let shown = try #require(linux["namespaces"] as? [[String: Any]]).map { $0["uuid"] as? String }
      #expect(Set(shown) == Set(try Self.namespaces(recorded, of: dimm)))
    }
  }

  /// Returns the uuids of the labels whose namespaces `ndctl list` shows; for a namespace claimed by an info block,
  /// this is `raw_uuid`.
  static func namespaces(_ recorded: LabelCase, of dimm: LabelCase.DIMM) throws -> [String?] {
    let regions = try #require(try recorded.list["regions"] as? [[String: Any]])
    let region = try #require(regions.first { $0["dev"] as? String == "region\(dimm.slot)" })
    let namespaces = region["namespaces"] as? [[String: Any]] ?? []
    return namespaces.filter { ($0["size"] as? UInt64 ?? 0) > 0 && $0["uuid"] != nil }.map {
      ($0["raw_uuid"] ?? $0["uuid"]) as? String
    }
  }

  @Test("the area is found without being told its size, wherever a mark of it is left", arguments: LabelCase.all)
  func located(recorded: LabelCase) throws {
    try Self.withBackends(recorded) { dimm, path in
      let hasSignature = try recorded.area(of: dimm).map { Character(UnicodeScalar($0)) }
      // A label whose checksum holds counts as well.
      let hasLabels = try !LabelArea(recorded.area(of: dimm)).orphanedLabels.isEmpty
      let isMarked = hasLabels || String(hasSignature).contains("NAMESPACE_INDEX\0")
      let run = try ProgramRun("vnvdimm-label-dump", ["--raw", path])
      #expect(run.status == (isMarked ? 0 : 63))
      if isMarked { #expect(run.output.count == dimm.labelSize) }
    }
  }
}
