import Dispatch
import Foundation
import Synchronization
import SystemPackage
import Testing
import VirtualMachine

/// Which flush waits for which synchronisation of a backend.
@Suite("Flush barrier")
struct FlushBarrierTests {
  /// Counts synchronisations, each of which takes a while.
  private final class Disk: Sendable {
    let barrier = FlushBarrier()
    /// The number of writes, and how many of them are durable.
    let written = Atomic<Int>(0)
    let durable = Atomic<Int>(0)
    let count = Atomic<Int>(0)
    /// The number of flushes after which an earlier write was not durable.
    let violations = Atomic<Int>(0)

    func write() {
      let mine = written.add(1, ordering: .sequentiallyConsistent).newValue
      try? flush()
      if durable.load(ordering: .sequentiallyConsistent) < mine {
        violations.add(1, ordering: .sequentiallyConsistent)
      }
    }

    func flush() throws(Errno) {
      try barrier.pass { () throws(Errno) in
        let seen = written.load(ordering: .sequentiallyConsistent)
        count.add(1, ordering: .sequentiallyConsistent)
        usleep(2000)
        durable.store(seen, ordering: .sequentiallyConsistent)
      }
    }
  }

  @Test("what was written before a flush is durable after it, and flushes at the same time are joined")
  func joined() {
    let disk = Disk()
    let (threads, rounds) = (8, 25)
    // Dedicated threads: in a pool of two, one would run and one would wait, and no flushes would be joined.
    let group = DispatchGroup()
    for _ in 0..<threads {
      group.enter()
      Thread {
        for _ in 0..<rounds { disk.write() }
        group.leave()
      }.start()
    }
    group.wait()
    #expect(disk.violations.load(ordering: .sequentiallyConsistent) == 0)
    let count = disk.count.load(ordering: .sequentiallyConsistent)
    #expect(count < threads * rounds, "\(count) synchronisations for \(threads * rounds) flushes")
  }

  @Test("flushes one after the other are each carried out")
  func separate() throws {
    let disk = Disk()
    for _ in 0..<3 { try disk.flush() }
    #expect(disk.count.load(ordering: .sequentiallyConsistent) == 3)
  }

  @Test("a failure is told, and remembered when the host has forgotten it")
  func failure() throws {
    let barrier = FlushBarrier()
    #expect(throws: Errno.ioError) { try barrier.pass { () throws(Errno) in throw .ioError } }
    try barrier.pass {}
    #expect(barrier.loss == .ioError)
  }
}
