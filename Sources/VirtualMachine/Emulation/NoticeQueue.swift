import Storage
import Synchronization
package import SystemPackage

/// Lines for the observer of a machine, from threads that must not wait for that reader.
///
/// A separate thread writes them in order. If the reader stalls and the queue is full, further lines are dropped and
/// replaced by their number.
package final class NoticeQueue: Sendable {
  private struct State: Sendable {
    var lines: [String] = []
    /// The number of bytes in unwritten lines.
    var bytes = 0
    /// The number of lines dropped since the last one that had room.
    var lost = 0
    var hasWriter = false
  }

  /// The maximum number of waiting bytes.
  package static let limit = 1 << 20

  private let state = Mutex(State())
  private let arrival: HostEvent
  private let progress: HostEvent
  private let loss: @Sendable (Int) -> String
  private let write: @Sendable (String) -> Void

  /// `write` takes one line at a time, on the queue's thread, and may block. `loss` returns a line about the given
  /// number of lost lines.
  package init(
    loss: @escaping @Sendable (Int) -> String, write: @escaping @Sendable (String) -> Void
  ) throws(Errno) {
    arrival = try HostEvent()
    progress = try HostEvent()
    self.loss = loss
    self.write = write
  }

  /// Takes `line`, from any thread; never blocks.
  package func add(_ line: String) {
    let startsWriter = state.withLock { state in
      if state.bytes + line.utf8.count > Self.limit {
        state.lost += 1
      } else {
        tellLoss(&state)
        append(line, to: &state)
      }
      defer { state.hasWriter = true }
      return !state.hasWriter
    }
    arrival.send()
    guard startsWriter else { return }
    do throws(Errno) { _ = try JoinableThread(name: "notices") { self.serve() } } catch {
      // The next line tries again, and `finish` needs no thread.
      state.withLock { $0.hasWriter = false }
    }
  }

  /// Waits until all lines are written, as long as at least one is written every `milliseconds`. Returns whether they
  /// are.
  package func finish(milliseconds: Int32 = 500) -> Bool {
    if !state.withLock(\.hasWriter) { writeAll() }
    while !isEmpty { guard progress.wait(milliseconds: milliseconds) else { return isEmpty } }
    return true
  }

  private var isEmpty: Bool { state.withLock { $0.bytes == 0 && $0.lost == 0 } }

  private func serve() {
    while true {
      _ = arrival.wait()
      writeAll()
    }
  }

  private func writeAll() {
    while true {
      let lines = state.withLock { state in
        defer { state.lines = [] }
        tellLoss(&state)
        return state.lines
      }
      guard !lines.isEmpty else { return }
      for line in lines {
        write(line)
        state.withLock { $0.bytes -= line.utf8.count }
        progress.send()
      }
    }
  }

  private func tellLoss(_ state: inout State) {
    guard state.lost > 0 else { return }
    append(loss(state.lost), to: &state)
    state.lost = 0
  }

  private func append(_ line: String, to state: inout State) {
    state.lines.append(line)
    state.bytes += line.utf8.count
  }
}
