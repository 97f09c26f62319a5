import Basics
import Testing

@Suite("Progress")
struct ProgressTextTests {
  static let cases: [(done: UInt64, total: UInt64, elapsed: Duration, text: String)] = [
    (0, 100 << 20, .zero, "0 %"),
    (0, 100 << 20, .seconds(3), "0 %"),
    (50 << 20, 100 << 20, .seconds(1), "50 %, 50 MiB/s, 0:01 left"),
    (1 << 30, 1 << 40, .seconds(2), "0 %, 512 MiB/s, 34:06 left"),
    (1 << 30, 16 << 40, .seconds(2), "0 %, 512 MiB/s, 9:06:06 left"),
    (1, 1 << 50, .seconds(1), "0 %, 0 MiB/s, days left"),
    (100 << 20, 100 << 20, .seconds(1), "100 %, 100 MiB/s, 0:00 left"),
    // A file that grew during the copy.
    (200 << 20, 100 << 20, .seconds(1), "100 %, 100 MiB/s, 0:00 left"),
    (0, 0, .zero, "100 %"),
  ]

  @Test("share, rate and remaining time", arguments: cases)
  func text(done: UInt64, total: UInt64, elapsed: Duration, text: String) {
    #expect(ProgressText(done: done, total: total, elapsed: elapsed).fitting(80) == text)
  }

  @Test("only what fits is said, whole parts of it")
  func width() {
    let progress = ProgressText(done: 50 << 20, total: 100 << 20, elapsed: .seconds(1))
    for width in 0...80 {
      let text = progress.fitting(width)
      #expect(text.count <= width)
      #expect(["", "50 %", "50 %, 50 MiB/s", "50 %, 50 MiB/s, 0:01 left"].contains(text))
    }
  }
}
