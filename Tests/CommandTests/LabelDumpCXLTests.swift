import Foundation
import TestSupport
import Testing

/// The label area of a CXL device of QEMU 7.2 in which Linux 6.1.192 and ndctl 76.1 made a raw namespace `first` of 32
/// MiB and an fsdax namespace `second` of 64 MiB: labels of version 1.2 without cookie and type.
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
    #expect(
      run.text.contains("device      CXL, serial number 0x0 by the labels' cookies, with labels as Linux writes them\n")
    )
    #expect(run.text.contains("nothing wrong found"))
    #expect(run.text.contains("Linux 7.3, cold: 2 namespaces\n  slot 1: shown\n  slot 2: shown"))
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

  /// Returns the label area of a CXL device with the serial number 0x1234, as Linux 7.3 wrote it, with a raw, an fsdax
  /// and a devdax namespace.
  private static func areaOfNumberedDevice() throws -> Data {
    var area = try Corpus.data("labels/cxl/linux-7.3.bin")
    area.append(Data(count: (256 << 10) - area.count))
    return area
  }

  @Test(
    "the serial number is in the cookie",
    arguments: [[], ["--cxl"], ["--serial", "0x1234"], ["--serial", "4660", "--linux", "6.1"]])
  func serial(arguments: [String]) throws {
    try Self.areaOfNumberedDevice().write(to: folder.url.appendingPathComponent("lsa.img"))
    let run = try ProgramRun("vnvdimm-label-dump", ["--verify"] + arguments + ["lsa.img"], in: folder.url)
    #expect(run.status == 0, "\(run.text)")
    let origin = arguments.contains("--serial") ? "as given" : "by the labels' cookies"
    #expect(run.text.contains("device      CXL, serial number 0x1234 \(origin), with labels as Linux writes them\n"))
    #expect(run.text.contains("nothing wrong found"))
    #expect(run.text.contains("cold: 3 namespaces\n  slot 1: shown\n  slot 2: shown\n  slot 3: shown"))
    let document = try #require(JSONSerialization.jsonObject(with: dump("--json").output) as? [String: Any])
    #expect((document["label_area"] as? [String: Any])?["serial"] as? String == "0x1234")
  }

  @Test("labels of another device are told")
  func otherSerial() throws {
    try Self.areaOfNumberedDevice().write(to: folder.url.appendingPathComponent("lsa.img"))
    let run = try dump("--verify", "--serial", "0x1235")
    #expect(run.status == 2)
    #expect(
      run.text.contains("isetcookie belongs to another DIMM or set (stored 0x246800001234, expected 0x246a00001235)"))
    #expect(run.text.contains("slot 1: hidden (label-cookie)"))
  }

  @Test("a serial number is a number, and a CXL device's")
  func badSerial() throws {
    for text in ["", "0x", "-1", "+1", "0x10000000000000000", "twelve"] {
      let run = try dump("--serial", text)
      #expect(run.status == 64)
      #expect(run.errors.contains("'\(text)' is not a serial number (expected 0x0 to 0xffffffffffffffff)"))
    }
    let both = try dump("--serial", "1", "--slot", "0")
    #expect(both.status == 64)
    #expect(both.errors.contains("--serial is a CXL device's, --slot an NVDIMM's"))
    try Corpus.data("labels/cxl/region_and_namespace.bin").write(to: folder.url.appendingPathComponent("lsa.img"))
    let other = try dump("--serial", "1")
    #expect(other.status == 64)
    #expect(other.errors.contains("has no labels of a CXL device, for which --serial is meant"))
  }

  @Test("in an NVDIMM's slot they are not shown")
  func slot() throws {
    let run = try dump("--verify", "--slot", "0")
    #expect(run.status == 2)
    #expect(run.text.contains("slot 1: hidden (label-cookie)"))
  }
}
