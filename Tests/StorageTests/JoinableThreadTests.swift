import Foundation
import Storage
import Synchronization
import Testing

@Suite("Threads of their own")
struct JoinableThreadTests {
  private final class Facts: Sendable { let lines = Mutex<[String]>([]) }

  @Test("have their name from their start") func start() throws {
    let facts = Facts()
    let thread = try JoinableThread(name: "worker") {
      let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
      facts.lines.withLock { $0 = status?.split(separator: "\n").map(String.init) ?? [] }
    }
    thread.join()
    #expect(facts.lines.withLock { $0.contains("Name:\tworker") })
  }
}
