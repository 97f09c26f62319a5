import Foundation
import TestSupport
import Testing

/// The label area of a CXL device of QEMU 7.2 after Linux 6.1.192 and ndctl 76.1 have made a raw namespace `first` of
/// 32 MiB and an fsdax namespace `second` of 64 MiB in its region: labels of version 1.2 without cookie and type.
@Suite("vnvdimm-label-dump of what Linux writes to a CXL device")
struct LabelDumpCXLTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    var area = try Corpus.data("labels/cxl/linux-6.1.bin")
    area.append(Data(count: (1 << 20) - area.count))
    try area.write(to: folder.url.appendingPathComponent("lsa.img"))
  }

  private func dump(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-label-dump", arguments + ["lsa.img"], in: folder.url)
  }

  @Test("both namespaces are shown, and nothing is wrong", arguments: [["--verify"], ["--verify", "--cxl"]])
  func shown(arguments: [String]) throws {
    let run = try ProgramRun("vnvdimm-label-dump", arguments + ["lsa.img"], in: folder.url)
    #expect(run.status == 0, "\(run.text)")
    #expect(run.text.contains("device      CXL, with labels as Linux 6.1 writes them\n"))
    #expect(run.text.contains("nothing wrong found"))
    #expect(run.text.contains("Linux 6.1, cold: 2 namespaces\n  slot 1: shown\n  slot 2: shown"))
    #expect(!run.text.contains("type "))
  }

  @Test("the namespaces under --json are those that the guest listed")
  func json() throws {
    let document = try #require(JSONSerialization.jsonObject(with: dump("--json").output) as? [String: Any])
    let linux = try #require(document["linux"] as? [String: Any])
    let namespaces = try #require(linux["namespaces"] as? [[String: Any]])
    #expect(namespaces.map { $0["name"] as? String } == ["first", "second"])
    #expect(
      namespaces.map { $0["uuid"] as? String }
        == ["092f313d-d68f-4554-a931-5cf722b2452e", "4e691385-5488-4a6d-a2e7-d6393170ac02"])
    #expect(namespaces.map { $0["size"] as? Int } == [32 << 20, 64 << 20])
    #expect((document["label_area"] as? [String: Any])?["dimm_slot"] == nil)
  }

  @Test("in an NVDIMM's slot they are not shown")
  func slot() throws {
    let run = try dump("--verify", "--slot", "0")
    #expect(run.status == 2)
    #expect(run.text.contains("slot 1: hidden (label-cookie)"))
  }
}
