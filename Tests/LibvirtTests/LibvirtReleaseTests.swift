import Foundation
import Libvirt
import QEMU
import TestSupport
import Testing

/// Random domains, and the results of four releases of libvirt for each: QEMU's arguments about memory, or the refusal.
///
/// Recorded in November 2026 with `virsh domxml-to-native qemu-argv` of Debian's libvirt 7.0.0 with QEMU 5.2, 9.0.0
/// with 7.2, 11.3.0 with 10.0 and 12.8.0 with 11.1, each on a host without a hugetlbfs and with one node. `-machine` is
/// reduced to what concerns memory devices, and libvirt's folder is replaced by its usual path.
@Suite("Releases of libvirt")
struct LibvirtReleaseTests {
  struct Recorded: Decodable, Sendable, CustomTestStringConvertible {
    struct Answer: Decodable, Sendable {
      let libvirt: [String]
      let qemu: [String]
      let refusal: String?
      let arguments: [String]?
    }

    let name: String
    let domain: String
    let answers: [Answer]

    var testDescription: String { name }
  }

  static let recorded = domains(in: "domains")
  /// The smallest domain of each kind that `make oracle-libvirt` once found to be predicted wrongly, recorded likewise.
  static let kinds = domains(in: "kinds")

  private static func domains(in name: String) -> [Recorded] {
    let text = (try? Corpus.data("libvirt-releases/\(name).jsonl")) ?? Data()
    return text.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Recorded.self, from: $0) }
  }

  @Test("there are enough of them") func count() {
    #expect(Self.recorded.count == 150)
    #expect(Self.kinds.count >= 40)
    for release in ["7.0", "9.0", "11.3", "12.8"] {
      let answers = Self.recorded.flatMap(\.answers).filter { $0.libvirt.contains(release) }
      #expect(answers.count >= 148 && answers.count { $0.arguments != nil } >= 28, "\(release)")
    }
  }

  @Test("refuse the same in the same words, and give QEMU the same", arguments: recorded + kinds)
  func answers(_ recorded: Recorded) throws {
    for answer in recorded.answers {
      for (libvirt, qemu) in zip(answer.libvirt, answer.qemu) {
        let release = try #require(LibvirtRelease(parsing: libvirt))
        let parts = qemu.split(separator: ".").compactMap { Int($0) }
        let emulator = QEMURelease(parts[0], parts[1])
        let domain = try LibvirtDomain(xml: [UInt8](recorded.domain.utf8), release)
        do throws(LibvirtRefusal) {
          let started = try domain.defined(for: emulator).started(on: LibvirtHost(hugePageSizes: []))
          let ours = MemoryArguments(started.qemuArguments(emulator))
          let theirs = MemoryArguments(answer.arguments ?? [])
          #expect(answer.refusal == nil && ours == theirs, "\(libvirt): \(ours) for \(theirs)")
        } catch { #expect(answer.refusal == error.description, "\(libvirt)") }
      }
    }
  }

  @Test("names of releases, and of libraries") func names() {
    #expect(LibvirtRelease(parsing: "9.0") == LibvirtRelease(9, 0))
    #expect(LibvirtRelease(parsing: "10.0.0-2ubuntu8.4") == LibvirtRelease(10, 0))
    #expect(LibvirtRelease(parsing: "11.3.0") == LibvirtRelease(11, 3))
    for text in ["", "9", "9.", "6.10", "x", "9.0x", "-9.0", "9.0.0.0", "99999999999999999999.0"] {
      #expect(LibvirtRelease(parsing: text) == nil, "\(text)")
    }
    #expect(LibvirtRelease(parsing: "13.1")?.isUndescribed == true)
    #expect(LibvirtRelease(ofLibrary: "libvirt.so.0.9000.0") == LibvirtRelease(9, 0))
    #expect(LibvirtRelease(ofLibrary: "libvirt.so.0.11003.0") == LibvirtRelease(11, 3))
    #expect(LibvirtRelease(ofLibrary: "libvirt.so.0") == nil)
    #expect(LibvirtRelease(ofLibrary: "libvirt-qemu.so.0.9000.0") == nil)
  }

  // MARK: What the records do not show

  private static let sound = """
    <domain><name>g</name><memory>1048576</memory><maxMemory slots='4'>8388608</maxMemory>
    <os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>
    <cpu><numa><cell id='0' memory='1048576'/></numa></cpu>
    <devices><memory model='nvdimm' access='shared'><source><path>/nv</path></source>
    <target><size>524288</size><node>0</node></target></memory></devices></domain>
    """
  private static let hugePages = "<memoryBacking><hugepages/></memoryBacking>"
  private static let block =
    "<memory model='virtio-mem'><target><size>4096</size><node>0</node><block>2048</block><requested>0</requested>"

  private static let inSlot0 =
    "<memory model='dimm'><target><size>4096</size><node>0</node></target><address type='dimm' slot='0'/></memory>"

  /// The release, a replacement in a domain that all releases accept, and the message of that release. Source:
  /// libvirt's own.
  static let refusals: [(release: String, text: String, replacement: String, message: String)] = [
    ("7.0", "model='nvdimm' ", "", "XML error: missing memory model"),
    ("9.0", "model='nvdimm' ", "", "XML error: Missing required attribute 'model' in element 'memory'"),
    ("7.0", "'nvdimm'", "'virtio-pmem'", "XML error: invalid memory model 'virtio-pmem'"),
    ("7.0", "'shared'", "'x'", "XML error: invalid access mode 'x'"),
    ("7.0", "access=", "discard='x' access=", "XML error: invalid discard value 'x'"),
    ("7.0", "</target>", "</target><address type='dimm'/>", "XML error: invalid or missing dimm slot id '<null>'"),
    (
      "7.0", "</target>", "</target><address type='dimm' slot='0' base='x'/>",
      "XML error: invalid dimm base address 'x'"
    ),
    ("7.0", "id='0'", "id='x'", "XML error: Invalid 'id' attribute in NUMA cell: 'x'"),
    ("7.0", "id='0'", "memAccess='x'", "unsupported configuration: Invalid 'memAccess' attribute value 'x'"),
    ("7.0", "id='0'", "discard='x'", "unsupported configuration: Invalid 'discard' attribute value 'x'"),
    (
      "7.0", "<node>0", "<node>7",
      "unsupported configuration: can't add memory backend for guest node '7' as the guest has only '1' NUMA nodes "
        + "configured"
    ),
    (
      "12.9", "</devices>", String(repeating: inSlot0, count: 4) + "</devices>",
      "unsupported configuration: count of memory devices requiring memory slots '5' exceeds slots count '4'"
    ),
    (
      "12.9", "slots='4'>8388608", "slots='4'>0",
      "XML error: maximum memory size must be specified when specifying number of memory slots"
    ),
    (
      "12.9", "</memory></devices>",
      "<address type='dimm' slot='0'/></memory><memory model='dimm'><target><size>4096</size><node>0</node></target>"
        + "<address type='dimm' slot='0'/></memory></devices>",
      "unsupported configuration: memory device slot '0' is already being used by another memory device"
    ),
    (
      "9.0", "<features>", "<numatune><memory mode='x' nodeset='0'/></numatune><features>",
      "unsupported configuration: Unsupported NUMA memory tuning mode 'x'"
    ),
    (
      "9.0", "<features>", "<numatune><memory nodeset='0,^0'/></numatune><features>",
      "unsupported configuration: Invalid value of 'nodeset': 0,^0"
    ),
    (
      "9.0", "<features>", "<numatune><memnode cellid='3' nodeset='0'/></numatune><features>",
      "XML error: Argument 'cellid' in memnode element must correspond to existing guest's NUMA cell"
    ),
    (
      "9.0", "<features>", "<numatune><memnode cellid='0'/></numatune><features>",
      "XML error: Missing required nodeset attribute in memnode element"
    ),
    (
      "9.0", "<cpu><numa><cell id='0' memory='1048576'/></numa></cpu>",
      "<numatune><memnode cellid='0' nodeset='0'/></numatune>",
      "XML error: Element 'memnode' is invalid without any guest NUMA cells"
    ),
    (
      "9.0", "<features>", "<memoryBacking><hugepages><page size='0'/></hugepages></memoryBacking><features>",
      "hugepage size can't be zero"
    ),
    (
      "9.0", "<features>", hugePages.replacing("<huge", with: "<allocation mode='ondemand'/><huge") + "<features>",
      "unsupported configuration: hugepages are not allowed with memory allocation ondemand"
    ),
    (
      "9.0", "<features>", hugePages.replacing("<huge", with: "<source type='anonymous'/><huge") + "<features>",
      "unsupported configuration: hugepages are not allowed with anonymous memory source"
    ),
    (
      "9.0", "<features>",
      hugePages.replacing("<hugepages/>", with: "<hugepages><page size='1' unit='G'/></hugepages>")
        + "<features>", "internal error: Unable to find any usable hugetlbfs mount for 1048576 KiB"
    ),
    (
      "9.8", "</devices>",
      block + "<address base='0x100000000'/></target></memory>" + block
        + "<address base='0x100200000'/></target></memory></devices>",
      "unsupported configuration: memory device address [0x100000000:0x100400000] overlaps with other memory device (0x100200000)"
    ),
    (
      "12.9", "</devices>", block + "<address base='0x100001000'/></target></memory></devices>",
      "memory device address must be aligned to blocksize"
    ),
    (
      "12.9", "</devices>",
      "<memory model='virtio-pmem'><source><path>/v</path></source><target><size>4096</size>"
        + "<address base='0x100000800'/></target></memory></devices>",
      "unsupported configuration: memory address must be aligned to 4096 bytes"
    ),
    (
      "12.9", "</devices>", block + "</target><address type='usb'/></memory></devices>",
      "unsupported configuration: only 'pci' and 'ccw' addresses are supported for the virtio-mem device"
    ),
  ]

  @Test("the words of each release", arguments: refusals.indices) func words(index: Int) throws {
    let (version, text, replacement, message) = Self.refusals[index]
    let release = try #require(LibvirtRelease(parsing: version))
    func refusal(_ xml: String) throws -> String? {
      let domain = try LibvirtDomain(xml: [UInt8](xml.utf8), release)
      do throws(LibvirtRefusal) {
        _ = try domain.defined(for: QEMURelease(10, 0)).started(on: LibvirtHost(hugePageSizes: [2048]))
      } catch { return error.description }
      return nil
    }
    #expect(try refusal(Self.sound) == nil)
    let changed = Self.sound.replacing("\n", with: "").replacing(text, with: replacement)
    let answer = try refusal(changed)
    #expect(changed != Self.sound && answer == message)
  }

  @Test("huge pages are to be had where a hugetlbfs is mounted") func hugePageMounts() throws {
    let xml = Self.sound.replacing("<features>", with: Self.hugePages + "<features>")
    let domain = try LibvirtDomain(xml: [UInt8](xml.utf8), LibvirtRelease(9, 0)).defined(for: QEMURelease(7, 2))
    let error = #expect(throws: LibvirtRefusal.self) { try domain.started(on: LibvirtHost(hugePageSizes: [])) }
    let words = "internal error: hugetlbfs filesystem is not mounted or disabled by administrator config"
    #expect(error?.description == words)
    for host in [LibvirtHost(), LibvirtHost(hugePageSizes: [2048])] {
      #expect(throws: Never.self) { try domain.started(on: host) }
    }
  }

  @Test("POWER has no ACPI, and its QEMU no virtio memory devices") func power() throws {
    func refusal(_ release: LibvirtRelease, _ qemu: QEMURelease, _ extra: String, _ device: String) throws -> String? {
      let xml = """
        <domain><name>g</name><memory>1048576</memory><maxMemory slots='4'>8388608</maxMemory>
        <os><type arch='ppc64' machine='pseries'>hvm</type></os>\(extra)
        <cpu><numa><cell id='0' memory='1048576'/></numa></cpu><devices>\(device)</devices></domain>
        """
      let domain = try LibvirtDomain(xml: [UInt8](xml.utf8), release)
      do throws(LibvirtRefusal) { _ = try domain.defined(for: qemu) } catch { return error.description }
      return nil
    }
    let pmem =
      "<memory model='virtio-pmem'><source><path>/v</path></source><target><size>262144</size></target></memory>"
    let acpi = "<features><acpi/></features>"
    let words = "unsupported configuration: machine type 'pseries-10.0' does not support ACPI"
    #expect(try refusal(.newest, QEMURelease(10, 0), acpi, "") == words)
    #expect(try refusal(.newest, QEMURelease(7, 2), acpi, "") == nil)
    #expect(try refusal(LibvirtRelease(9, 0), QEMURelease(10, 0), acpi, "") == nil)
    let missing = "unsupported configuration: virtio-pmem isn't supported by this QEMU binary"
    #expect(try refusal(LibvirtRelease(9, 0), QEMURelease(7, 2), "", pmem) == missing)
  }

  /// Answers of libvirt 7.0.0, 11.3.0 and 12.8.0.
  @Test("s390x has no memory modules", arguments: [LibvirtRelease(7, 0), LibvirtRelease(11, 3), LibvirtRelease(12, 8)])
  func s390(release: LibvirtRelease) throws {
    for (model, source, words) in [
      ("nvdimm", "<source><path>/nv</path></source>", "nvdimm"), ("dimm", "", "memory hotplug"),
    ] {
      let xml = """
        <domain><name>g</name><memory>1048576</memory><maxMemory slots='4'>8388608</maxMemory>
        <os><type arch='s390x' machine='s390-ccw-virtio'>hvm</type></os>
        <cpu><numa><cell id='0' memory='1048576'/></numa></cpu><devices><memory model='\(model)'>\(source)
        <target><size>524288</size><node>0</node></target></memory></devices></domain>
        """
      let domain = try LibvirtDomain(xml: [UInt8](xml.utf8), release)
      let refusal = #expect(throws: LibvirtRefusal.self) { try domain.defined(for: QEMURelease(7, 2)) }
      #expect(refusal?.description == "unsupported configuration: \(words) isn't supported by this QEMU binary")
    }
  }

  @Test("what no release knows passes where libvirt has accepted it, and is named") func unknown() throws {
    let memory = "<memory model='cxl' access='everybody'><target><size>4096</size></target></memory>"
    let xml = """
      <domain><name>g</name><memory>1048576</memory><maxMemory slots='2'>8388608</maxMemory>
      <cpu><numa><cell id='0' memory='1048576'/></numa></cpu><devices>\(memory)</devices></domain>
      """
    for release in [LibvirtRelease(7, 0), .newest] {
      let strict = try LibvirtDomain(xml: [UInt8](xml.utf8), release)
      #expect(strict.refusal?.description.contains("'cxl'") == true && strict.undescribed.isEmpty)
      let accepted = try LibvirtDomain(xml: [UInt8](xml.utf8), release, isAccepted: true)
      #expect(accepted.refusal == nil && accepted.undescribed == [strict.refusal])
      #expect(throws: Never.self) { try accepted.settled().started() }
    }
    let later = try LibvirtDomain(xml: [UInt8](xml.utf8), LibvirtRelease(14, 0))
    #expect(later.refusal == nil && later.undescribed.count == 1)
  }
}
