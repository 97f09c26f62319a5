import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// The exact texts of the findings about labels, for each broken field and every recorded area, are in
/// Tests/Corpus/messages/labels.findings. VNVDIMM_RECORD=1 records them again; review the differences.
@Suite("Findings in words")
struct FindingTextTests {
  static let path = "messages/labels.findings"

  static func lines(_ title: String, _ findings: [Finding]) -> [String] {
    ["# \(title)"]
      + findings.flatMap { finding in [finding.description] + (finding.hint.map { ["  hint: \($0)"] } ?? []) }
  }

  static func corrupted() throws -> [String] {
    let indexes = try CorruptorTests.versions.flatMap { version in
      // Signatures of every wrong length give the same text.
      try CorruptorTests.index.filter { $0.name != "sig" || $0.bytes.count == 9 }.flatMap { corruption in
        lines(
          "index block of version \(version.rawValue), \(corruption.name)",
          try CorruptorTests.findings(corruption, ofIndex: 0, version))
      }
    }
    let labels = try CorruptorTests.labels.flatMap { version, corruption in
      lines(
        "label of version \(version.rawValue), \(corruption.name)",
        try CorruptorTests.findings(corruption, ofLabel: version))
    }
    let cxl = try CXLLabelTests.breakages.flatMap { breakage in
      lines("label of a CXL device, byte \(breakage.offset)", try CXLLabelTests.findings(breakage))
    }
    return indexes + labels + cxl
  }

  static func recorded() throws -> [String] {
    try LabelCase.all.flatMap { recorded in
      try recorded.dimms.flatMap { dimm in
        let cookie = InterleaveSetCookie(virtualSlot: dimm.slot)
        let area = try LabelArea(recorded.area(of: dimm))
        return lines(
          "\(recorded.path), slot \(dimm.slot)",
          LabelVerification(area, dimm: LabelledDIMM(regionSize: dimm.dataSize, cookie: cookie)).findings)
      }
    }
  }

  @Test("are those that were looked at") func text() throws {
    let text = try (Self.corrupted() + Self.recorded()).joined(separator: "\n") + "\n"
    let file = Corpus.folder.appendingPathComponent(Self.path)
    if ProcessInfo.processInfo.environment["VNVDIMM_RECORD"] == "1" { try Data(text.utf8).write(to: file) }
    let expected = try String(decoding: Corpus.data(Self.path), as: UTF8.self)
    #expect(text.split(separator: "\n") == expected.split(separator: "\n"))
  }
}
