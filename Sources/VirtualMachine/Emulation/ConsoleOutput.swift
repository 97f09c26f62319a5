import Synchronization
import SystemPackage

/// The console's output as the CPUs' threads see it.
final class ConsoleOutput: Sendable {
  private let console: HostConsole
  private let event: HostEvent
  private let isAbandoned = Atomic(false)

  init(_ console: HostConsole, _ event: consuming HostEvent) {
    self.console = console
    self.event = event
  }

  /// Readable once output is lost.
  var lost: FileDescriptor { event.descriptor }

  /// From now on a reader that stalls holds up nobody: a signal ends the wait for it.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  func send(_ byte: UInt8) {
    if !console.send(byte, unless: { isAbandoned.load(ordering: .acquiring) }) { event.send() }
  }
}
