import QEMU
import Testing

@Suite("Releases of QEMU")
struct ReleaseTests {
  @Test(arguments: [
    ("2.6", QEMURelease(2, 6)), ("2.12", QEMURelease(2, 12)), ("7.2", QEMURelease(7, 2)), ("7.2.22", QEMURelease(7, 2)),
    ("10.2", QEMURelease(10, 2)),
  ])
  func read(text: String, release: QEMURelease) {
    #expect(QEMURelease(parsing: text) == release)
  }

  @Test(arguments: [
    "", "7", "7.", ".2", "7.2.", "7.2.1.1", "v7.2", "-7.2", "2.5", "2.13", "3.2", "11.0", "7.٢",
    "7.99999999999999999999",
  ])
  func unknown(text: String) {
    #expect(QEMURelease(parsing: text) == nil)
  }

  @Test("2.12 is younger than 2.9, and 10.0 than 9.2")
  func order() {
    #expect(QEMURelease.described == QEMURelease.described.sorted())
    #expect(QEMURelease.described.first == QEMURelease(2, 6))
    #expect(QEMURelease.described.last == .newest)
    #expect(QEMURelease.described.count == 30)
    #expect(QEMURelease(2, 9) < QEMURelease(2, 12))
    #expect(QEMURelease(9, 2) < QEMURelease(10, 0))
  }
}
