import Foundation
import Synchronization
import SystemPackage
import Testing
import VirtualMachine

/// The operator's messages about failing backends.
@Suite("Alarms of backends")
struct BackendAlarmTests {
  private final class Told: Sendable {
    let slots = Mutex<[Int]>([])
    func add(_ failure: BackendFailure) { slots.withLock { $0.append(failure.slot) } }
  }

  private func failures() throws -> [BackendFailure] {
    try FuzzedDIMMs().dimms.map { BackendFailure($0, .notDurable(.ioError)) }
  }

  @Test("guests that try all failing backends in turn have each told once") func turns() throws {
    let (alarm, told, failures) = (BackendAlarm(), Told(), try failures())
    alarm.connect { told.add($0) }
    for _ in 0..<100 { for failure in failures { alarm.raise(failure) } }
    #expect(told.slots.withLock { $0 } == [0, 1, 2, 3])
  }

  @Test("what goes on is told once, and what comes back after a pause again") func pause() throws {
    let (alarm, told, failure) = (BackendAlarm(quiet: .milliseconds(300)), Told(), try failures()[2])
    alarm.connect { told.add($0) }
    for _ in 0..<10 {
      alarm.raise(failure)
      usleep(50_000)
    }
    #expect(told.slots.withLock { $0 } == [2])
    usleep(500_000)
    alarm.raise(failure)
    #expect(told.slots.withLock { $0 } == [2, 2])
  }
}
