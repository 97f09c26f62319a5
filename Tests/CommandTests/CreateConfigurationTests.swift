import Foundation
import TestSupport
import Testing

/// QEMU runs the printed configuration, and its answer must match the printed geometry.
@Suite("The configuration that vnvdimm-create prints")
struct CreateConfigurationTests {
  /// A name in which every parser of the configuration finds characters to misread.
  static let name = "a,b 'c\" $d&<e>\\;.img"

  struct Wish: Sendable {
    let options: [String]
    let region: Int
  }

  static let wishes = [
    Wish(options: ["--size", "128M"], region: 128 << 20),
    Wish(options: ["--size", "1G", "--label-size", "128K"], region: 1 << 30),
    Wish(options: ["--size", "64M", "--label-size", "131073"], region: 64 << 20),
    Wish(options: ["--size", "64M", "--label-size", "none"], region: 64 << 20),
    Wish(options: ["--size", "64M", "--label-size", "128K", "--backend-align", "2M"], region: 64 << 20),
    Wish(options: ["--file-size", "65M", "--label-size", "128K", "--backend-align", "2M"], region: 64 << 20),
    Wish(options: ["--file-size", "128M"], region: 112 << 20),
    Wish(options: ["--file-size", "64M", "--label-size", "128K", "--id", "x-1._"], region: (64 << 20) - (128 << 10)),
    // Larger than the machine's memory: only address space is used.
    Wish(options: ["--size", "32G", "--backend-align", "4G"], region: 32 << 30),
  ]

  @Test("gives the guest exactly R under QEMU", arguments: wishes)
  func underQEMU(_ wish: Wish) throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun("vnvdimm-create", wish.options + [Self.name], in: folder.url)
    #expect(run.status == 0)
    #expect(run.text.contains("guest size      \(wish.region) bytes"))
    let command = try #require(
      run.text.components(separatedBy: "\n\nvnvdimm emulate:").first?
        .components(separatedBy: "QEMU:\n").last)
    let monitor = """
      {"execute":"qmp_capabilities"}{"execute":"query-memory-devices"}{"execute":"quit"}

      """
    let qemu = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", "exec timeout 60 \(command) -accel tcg -display none -S -qmp stdio"], input: Data(monitor.utf8),
      in: folder.url)
    #expect(qemu.status == 0, "\(qemu.errors)")
    #expect(qemu.errors.filter { !$0.isWhitespace } == "" || qemu.errors.contains("exceeds the expected maximum"))
    #expect(qemu.text.contains("\"size\": \(wish.region),"), "\(qemu.text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [Self.name])
  }

  @Test("libvirt takes it, at sizes where the label area decides", arguments: ["1G", "2G", "1022M", "64M"])
  func underLibvirt(size: String) throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun("vnvdimm-create", ["--size", size, "g.img"], in: folder.url)
    let part = try #require(run.text.components(separatedBy: "libvirt:\n").last)
    let domain =
      "<domain type='qemu'><name>g</name><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>"
      + part + "</domain>"
    let check = try ProgramRun("vnvdimm-check", ["domain", "-"], input: Data(domain.utf8), in: folder.url)
    #expect([0, 3].contains(check.status) && check.text.contains("starts"), "\(check.text)\(check.errors)")
  }

  @Test func libvirtReadsThePathBack() throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun("vnvdimm-create", ["--size", "16M", Self.name], in: folder.url)
    #expect(run.text.contains("<path>\(folder.url.path)/a,b 'c\" $d&amp;&lt;e&gt;\\;.img</path>\n"))
    let aligned = try ProgramRun("vnvdimm-create", ["--size", "16M", "--backend-align", "2M", "n.img"], in: folder.url)
    #expect(aligned.text.contains("<alignsize unit='KiB'>2048</alignsize>\n"))
  }

  @Test("where libvirt would ask for more than the file holds, no configuration is given, and why")
  func libvirtCannot() throws {
    let folder = try TemporaryDirectory()
    let rounded = try ProgramRun(
      "vnvdimm-create", ["--size", "64M", "--label-size", "128K", "a.img"], in: folder.url)
    #expect(rounded.errors == "")
    #expect(
      rounded.text.hasSuffix(
        """
        libvirt:
        not with this layout: libvirt would ask QEMU for 69206016 bytes (66 MiB), which the file does not hold

        """))
    let odd = try ProgramRun(
      "vnvdimm-create", ["--file-size", "64M", "--label-size", "131073", "--guest-align", "4K", "b.img"],
      in: folder.url)
    #expect(odd.text.hasSuffix("not with this layout: libvirt counts label areas in KiB\n"))
    let control = try ProgramRun("vnvdimm-create", ["--size", "16M", "c\u{1}.img"], in: folder.url)
    #expect(control.text.contains("XML cannot express the path"))
  }

  @Test("every libvirt takes the domain that is printed, whatever the size") func libvirtTakesIt() throws {
    var generator = SeededGenerator(fuzzing: "sizes for libvirt")
    let sizes =
      ["1G", "2G", "4G", "10G"] + (0..<12).map { _ in "\(UInt64.random(in: 1...2048, using: &generator) * 16)M" }
    for size in sizes {
      let folder = try TemporaryDirectory()
      let run = try ProgramRun("vnvdimm-create", ["--size", size, "nv.img"], in: folder.url)
      let elements = try #require(run.text.components(separatedBy: "\nlibvirt:\n").last)
      let domain = """
        <domain type='qemu'><name>g</name><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>
        \(elements)</domain>
        """
      for release in ["7.0", "9.0", "9.5", "11.3", "12.9"] {
        let check = try ProgramRun(
          "vnvdimm-check", ["domain", "--qemu-version", "11.1", "--libvirt-version", release, "-"],
          input: Data(domain.utf8), in: folder.url)
        #expect(check.text.hasSuffix("\nQEMU 11.1 starts\n"), "\(size), libvirt \(release): \(check.text)")
      }
    }
  }
}
