import Basics
import QEMU
import Testing

@Suite("Sizes under the rules of every release and architecture")
struct SizingReleaseTests {
  private static let resizing = QEMURelease.described.filter { $0 < QEMURelease(2, 8) }
  private static let refusing = QEMURelease.described.filter { $0 >= QEMURelease(2, 8) }

  @Test("2.6 and 2.7 make the file as long as size=, whatever it holds", arguments: resizing)
  func truncation(release: QEMURelease) throws {
    try SizingCase(state: .file(size: 128 << 20), change: .truncated(from: 128 << 20, to: 64 << 20)).check(release)
    try SizingCase(state: .file(size: 32 << 20), change: .extended(from: 32 << 20, to: 64 << 20)).check(release)
    try SizingCase(state: .file(size: 64 << 20)).check(release)
  }

  @Test("2.8 and later refuse a shorter file and take a longer one as it is", arguments: refusing)
  func refusal(release: QEMURelease) throws {
    let name = release < QEMURelease(2, 10) ? "nv.img " : release < QEMURelease(5, 0) ? "(null) " : ""
    let message =
      release < QEMURelease(10, 0)
      ? "backing store \(name)size 0x2000000 does not match 'size' option 0x4000000"
      : "mem1 backing store size 0x2000000 is too small for 'size' option 0x4000000 plus 'offset' option 0x0"
    try SizingCase(state: .file(size: 32 << 20), message: message).check(release)
    try SizingCase(state: .file(size: 128 << 20), region: 64 << 20).check(release)
  }

  @Test("only 2.7 aligns the region to 2 MiB on x86")
  func hugePages() throws {
    let odd = SizingCase(state: .file(size: 65 << 20), size: 65 << 20)
    for release in QEMURelease.described {
      var row = odd
      row.region = release == QEMURelease(2, 7) ? 64 << 20 : 65 << 20
      try row.check(release)
    }
    try SizingCase(
      state: .file(size: 1 << 20), size: 1 << 20,
      message:
        "the size of memdev mem1 (0x100000) is too small to contain nvdimm label (0x0) and aligned PMEM (0x200000)"
    ).check(QEMURelease(2, 7))
    try SizingCase(
      state: .file(size: 65 << 20), size: 65 << 20, label: 128 << 10, region: 64 << 20
    ).check(QEMURelease(2, 7))
  }

  @Test("2.6 has no labels, and takes only whole pages")
  func first() throws {
    try SizingCase(state: .file(size: 64 << 20), label: 128 << 10, message: "Property '.label-size' not found")
      .check(QEMURelease(2, 6))
    try SizingCase(
      state: .file(size: 8192), size: 5000, message: "backend memory size must be multiple of 0x1000"
    ).check(QEMURelease(2, 6))
  }

  @Test("align= exists since 2.12, and must be a power of two since 3.0")
  func alignments() throws {
    let row = SizingCase(state: .file(size: 64 << 20), align: 2 << 20, region: 64 << 20)
    for release in QEMURelease.described where release >= QEMURelease(2, 12) { try row.check(release) }
    var refused = SizingCase(state: .file(size: 64 << 20), align: 2 << 20, message: "Property '.align' not found")
    try refused.check(QEMURelease(2, 11))
    refused = SizingCase(
      state: .file(size: 64 << 20), align: 3 << 20, message: "alignment 0x300000 must be a power of two")
    try refused.check(QEMURelease(3, 0))
    let odd = SizingCase(state: .file(size: 64 << 20), align: 3 << 20)
    #expect(try odd.start(QEMURelease(2, 12)).stop == .crash(.oddAlignment(backend: "mem1")))
  }

  @Test("9.1 and later take only whole pages")
  func wholePages() throws {
    for release in QEMURelease.described where release >= QEMURelease(2, 8) {
      var row = SizingCase(state: .file(size: 65 << 20), size: 64 << 20 + 1, region: 64 << 20)
      if release >= QEMURelease(9, 1) {
        row.region = nil
        row.message = "backend 'memory-backend-file' memory size must be multiple of 4 KiB"
      }
      try row.check(release)
    }
  }

  @Test("pseries wants labels and a region of whole 256 MiB")
  func pseries() throws {
    let release = QEMURelease(7, 2)
    let size: UInt64 = 256 << 20 + 128 << 10
    try SizingCase(state: .file(size: size), size: size, label: 128 << 10, region: 256 << 20).check(release, .ppc64)
    try SizingCase(
      state: .file(size: size), size: size, message: "PAPR requires NVDIMM devices to have label-size set"
    ).check(release, .ppc64)
    try SizingCase(
      state: .file(size: 256 << 20), size: 256 << 20, label: 128 << 10,
      message: "PAPR requires NVDIMM memory size (excluding label) to be a multiple of 256MB"
    ).check(release, .ppc64)
    try SizingCase(
      state: .file(size: 64 << 20), align: 4096, message: "alignment 0x1000 must be multiples of page size 0x10000"
    ).check(release, .ppc64)
  }

  @Test("machines got their NVDIMM one after the other; s390x has none")
  func machines() throws {
    let none = SizingCase(state: .file(size: 64 << 20), message: "'nvdimm' is not a valid device model name")
    try none.check(QEMURelease(5, 0), .aarch64)
    try SizingCase(state: .file(size: 64 << 20), region: 64 << 20).check(QEMURelease(5, 1), .aarch64)
    try none.check(QEMURelease(4, 2), .ppc64)
    for release in QEMURelease.described { try none.check(release, .s390x) }
  }

  @Test("s390x maps whole segments since 2.7")
  func segments() {
    #expect(SizingRules(QEMURelease(2, 6), .s390x).defaultAlignment == 4096)
    #expect(SizingRules(QEMURelease(2, 7), .s390x).defaultAlignment == 1 << 20)
    #expect(SizingRules(QEMURelease(10, 2), .s390x).defaultAlignment == 1 << 20)
  }
}
