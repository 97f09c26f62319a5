import Storage
import Synchronization
import Testing
import VirtualMachine

@Suite("Notices on their way to a reader") struct NoticeQueueTests {
  /// A reader that can be made to stall.
  private final class Reader: Sendable {
    let taken = Mutex<[String]>([])
    let gate = Mutex(())

    func queue() throws -> NoticeQueue {
      try NoticeQueue(loss: { "\($0) lost" }) { line in
        self.gate.withLock { _ in }
        self.taken.withLock { $0.append(line) }
      }
    }
  }

  @Test("lines of many threads are all written, each thread's in its order") func order() throws {
    let reader = Reader()
    let queue = try reader.queue()
    let threads = try (0..<4).map { thread in
      try JoinableThread(name: "teller") { for number in 0..<1000 { queue.add("\(thread) \(number)") } }
    }
    for thread in threads { thread.join() }
    #expect(queue.finish())
    let taken = reader.taken.withLock { $0 }
    #expect(taken.count == 4000)
    for thread in 0..<4 {
      #expect(taken.filter { $0.hasPrefix("\(thread) ") } == (0..<1000).map { "\(thread) \($0)" })
    }
  }

  @Test("a reader that stalls holds up nobody; what finds no room is counted, in its place") func stalledReader() throws
  {
    let reader = Reader()
    let queue = try reader.queue()
    let line = String(repeating: "x", count: NoticeQueue.limit / 8)
    reader.gate.withLock { _ in
      for _ in 0..<11 { queue.add(line) }
      #expect(!queue.finish(milliseconds: 50))
    }
    #expect(queue.finish())
    queue.add("again")
    #expect(queue.finish())
    #expect(reader.taken.withLock { $0 } == [String](repeating: line, count: 8) + ["3 lost", "again"])
  }

  @Test("what there was nothing of is finished at once") func nothing() throws {
    #expect(try Reader().queue().finish(milliseconds: 0))
  }
}
