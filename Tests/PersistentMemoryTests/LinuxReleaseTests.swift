import Basics
import PersistentMemory
import TestSupport
import Testing

/// Differences between releases of Linux in their treatment of a DIMM. Each verdict was measured on Debian's kernels
/// 5.10, 6.1, 6.12, 7.2 and 7.3; the info block on 6.1.0-57 and 6.12.117 with `emulate --probe`.
@Suite("Releases of Linux")
struct LinuxReleaseTests {
  @Test(
    "a release is read as people write it",
    arguments: [
      ("5.10", LinuxRelease(5, 10)), ("6.1", LinuxRelease(6, 1)), ("6.12.117+deb13-cloud-amd64", LinuxRelease(6, 12)),
      ("6.1.0-57-cloud-amd64", LinuxRelease(6, 1)), ("7", LinuxRelease(7, 3)), ("7.2", LinuxRelease(7, 2)),
      ("9.0", LinuxRelease(9, 0)),
    ])
  func reading(text: String, release: LinuxRelease) { #expect(LinuxRelease(parsing: text) == release) }

  @Test(
    "what is no release, or an older one, is none", arguments: ["", "5.4", "5", "six", "6.", ".1", "6.1.2.3", "-1"])
  func notReleases(text: String) { #expect(LinuxRelease(parsing: text) == nil) }

  private func outcome(of bytes: [UInt8], under linux: LinuxRelease) throws -> RegionProbe {
    RegionProbe(
      try LabelArea(bytes, under: linux), regionSize: 128 << 20, cookie: InterleaveSetCookie(virtualSlot: 0),
      boot: .cold, linux: linux)
  }

  @Test("a label with the flag LOCAL is hidden before 5.18", arguments: [(5, 10, false), (6, 1, true), (7, 3, true)])
  func localLabels(major: Int, minor: Int, isShown: Bool) throws {
    let linux = LinuxRelease(major, minor)
    let bytes = try MadeLabels.area([(0, 16), (16, 16)]) { number, label in
      if number == 0 { label[NamespaceLabel.Fields.flags] = NamespaceLabel.Flags.local.rawValue }
    }
    let probe = try outcome(of: bytes, under: linux)
    guard case .namespaces(let namespaces) = probe.outcome else {
      Issue.record("the region is not labelled")
      return
    }
    #expect(namespaces.map(\.dpa) == (isShown ? [0, 16 << 20] : [16 << 20]))
    #expect(probe.verdicts[0].map(\.verdict) == [isShown ? .shown : .hidden(.labelFlags), .shown])
    let findings = LabelVerification(try LabelArea(bytes), dimm: MadeLabels.dimm, linux: linux).findings
    #expect(findings.map(\.rule.id) == ["label-flags"])
    #expect(findings.first?.severity == (isShown ? .warning : .error))
  }

  @Test("a label size of 33 is one of 256 bytes for 5.10", arguments: [(5, 10, true), (6, 1, false), (7, 3, false)])
  func labelSizeField(major: Int, minor: Int, isAccepted: Bool) throws {
    var bytes = try MadeLabels.area([(0, 16)])
    for offset in [0, 256] {
      bytes[offset + 19] = 33
      let block = [UInt8](bytes[offset..<offset + 256])
      bytes.store(Fletcher64.checksum(block, zeroing: IndexBlock.Fields.checksum), at: offset + 64)
    }
    let probe = try outcome(of: bytes, under: LinuxRelease(major, minor))
    if isAccepted {
      #expect(probe.verdicts[0].map(\.verdict) == [.shown])
    } else {
      #expect(probe.outcome == .labelless)
    }
  }

  @Test(
    "an info block that leaves no byte is a device without any before 6.12",
    arguments: [
      (5, 10, "fsdax 0: empty"), (6, 1, "fsdax 0: empty"),
      (6, 12, "disabled raw: refused for dataOffset(4194304)"), (7, 3, "disabled raw: refused for dataOffset(4194304)"),
    ])
  func emptyData(major: Int, minor: Int, verdict: String) throws {
    var media = try NamespaceMedia.superblock(.pfn)
    media.change(PFNInfoBlock.offset) { block in
      block.store(UInt64(4 << 20), at: 56)
      block.store(UInt32(28 << 20), at: 80)
    }
    let probe = try media.probe(LinuxRelease(major, minor))
    #expect(NamespaceProbeTests.verdict(probe, in: media.extent) == verdict)
  }

  private struct Guest: Sendable {
    let linux: LinuxRelease
    let architecture: Architecture
    /// In GiB.
    let ram, end: Double
    /// In MiB.
    let block: UInt64?
  }

  private static let guests: [Guest] = [
    Guest(linux: .newest, architecture: .x86_64, ram: 2, end: 2, block: 128),
    Guest(linux: .newest, architecture: .x86_64, ram: 64, end: 66, block: 2048),
    Guest(linux: .newest, architecture: .x86_64, ram: 100, end: 102.5, block: 512),
    Guest(linux: LinuxRelease(5, 10), architecture: .aarch64, ram: 2, end: 3, block: 1024),
    Guest(linux: .newest, architecture: .aarch64, ram: 2, end: 3, block: 128),
    Guest(linux: .newest, architecture: .ppc64, ram: 2, end: 2, block: nil),
  ]

  @Test("memory is added in blocks", arguments: guests)
  private func memoryBlocks(of guest: Guest) {
    let bytes = { (gibibytes: Double) in UInt64(gibibytes * 1024) << 20 }
    let block = guest.linux.memoryBlock(on: guest.architecture, ram: bytes(guest.ram), ramEnd: bytes(guest.end))
    #expect(block == guest.block.map { $0 << 20 })
  }
}
