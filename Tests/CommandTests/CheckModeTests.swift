import Foundation
import TestSupport
import Testing

/// The ways to call vnvdimm-check: what goes together, and that the way past the parser leads to the same place.
@Suite("vnvdimm-check: ways to call it")
struct CheckModeTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["a.img", "b.img"] {
      let creation = ["--quiet", "--size", "64M", "--label-size", "128K", name]
      try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    }
  }

  private func check(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", arguments, in: folder.url)
  }

  @Test(
    "without the parser the answer is the same",
    arguments: [[], ["--json"], ["--quiet"], ["-q", "--json"], ["--each"], ["--each", "--json"], ["--each", "-q"]])
  func plain(flags: [String]) throws {
    for paths in [["a.img"], ["a.img", "b.img"], ["missing.img"], [".", "a.img"]] {
      let plain = try check(flags + paths)
      // An option that the short way does not know, with the value that it has anyway.
      let parsed = try check(flags + ["--arch", "x86_64"] + paths)
      #expect((plain.status, plain.errors) == (parsed.status, parsed.errors), "\(paths)")
      #expect(Self.lasting(plain.text) == Self.lasting(parsed.text), "\(paths)")
    }
  }

  /// `text` without what others change meanwhile: the room on the disk.
  private static func lasting(_ text: String) -> String {
    text.replacing(#/"available" ?: ?\d+/#, with: "\"available\"")
  }

  @Test("what does not go together is usage", arguments: wrong) func usage(row: (arguments: [String], says: String))
    throws
  {
    let run = try check(row.arguments)
    #expect(run.status == 64, "\(row.arguments)")
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(row.says), "\(row.arguments): \(run.errors)")
  }

  static let wrong: [(arguments: [String], says: String)] = [
    ([], "Missing expected argument"), (["--each"], "Missing expected argument"),
    (["--qemu-command"], "the command line is missing"),
    (["--qemu-command", "--size", "1G", "--", "qemu-system-x86_64"], "tells sizes"),
    (["--qemu-command", "--each", "--", "qemu-system-x86_64"], "for itself"),
    (["--qemu-command", "--prometheus", "x.prom", "--", "qemu-system-x86_64"], "for itself"),
    (["--qemu-command", "--libvirt-xml", "x.xml", "--", "qemu-system-x86_64"], "one at a time"),
    (["--qemu-command-file", "x", "a.img"], "from the file alone"),
    (["--hotplug", "device_del x", "a.img"], "--hotplug goes with"),
    (["--libvirt-xml", "-", "a.img"], "tells the paths"), (["--libvirt-xml", "-", "--slot", "1"], "tells sizes"),
    (["--libvirt-xml", "-", "--each"], "for itself"), (["--libvirt-hook", "guest"], "arguments of the hook"),
    (["--libvirt-hook", "--guest-view", "guest", "start"], "prints nothing"),
    (["--null", "a.img"], "--paths-from"), (["--each", "--guest-view", "a.img"], "one guest"),
    (["--guest-view", "--arch", "ppc64", "a.img"], "x86_64 alone"),
    (["--slot", "0", "--slot", "1", "a.img"], "--slot"), (["--each", "--slot", "0", "--slot", "1", "a.img"], "--slot"),
    (["--label-size", "none", "--label-size", "2M", "a.img"], "--label-size"),
    ([String](repeating: "a.img", count: 257), "--each"),
  ]
}
