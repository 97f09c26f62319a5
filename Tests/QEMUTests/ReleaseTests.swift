import QEMU
import Testing

@Suite("Releases of QEMU")
struct ReleaseTests {
  @Test(arguments: [
    ("2.6", QEMURelease(2, 6)), ("2.12", QEMURelease(2, 12)), ("7.2", QEMURelease(7, 2)), ("7.2.22", QEMURelease(7, 2)),
    ("10.2", QEMURelease(10, 2)), ("1:7.2+dfsg-7+deb12u18", QEMURelease(7, 2)), ("11.1", QEMURelease(11, 1)),
    ("10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)", QEMURelease(10, 0)), ("9.1.0-15.el9", QEMURelease(9, 1)),
    ("QEMU emulator version 5.2.0 (Debian 1:5.2+dfsg-11+deb11u3)", QEMURelease(5, 2)),
    ("12.0", QEMURelease(12, 0)), ("12.3.4", QEMURelease(12, 3)),
    // Development versions of the next release.
    ("9.2.50", QEMURelease(10, 0)), ("9.1.91", QEMURelease(9, 2)), ("11.1.50", QEMURelease(11, 2)),
  ])
  func read(text: String, release: QEMURelease) {
    #expect(QEMURelease(parsing: text) == release)
  }

  @Test(arguments: [
    "", "7", "7.", ".2", "7.2.", "7.2.1.1", "v7.2", "-7.2", "2.5", "2.13", "3.2", "10.3", "7.٢", "7.2x", "x:7.2",
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
    #expect(QEMURelease.described.count == 32)
    #expect(QEMURelease(2, 9) < QEMURelease(2, 12))
    #expect(QEMURelease(9, 2) < QEMURelease(10, 0))
  }
}
