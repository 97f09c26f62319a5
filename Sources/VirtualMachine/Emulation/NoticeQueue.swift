import Storage
import Synchronization
package import SystemPackage

/// Lines for whoever watches a machine, on their way from threads that must not wait for that reader.
///
/// A thread of its own writes them in their order. Of what finds no room while the reader stalls only the number of
/// lines is kept, and told in their place.
package final class NoticeQueue: Sendable {
  private struct State: Sendable {
    var lines: [String] = []
    /// Of all lines that are not yet written.
    var bytes = 0
    /// Lines without room since the last that had some.
    var lost = 0
    var hasWriter = false
  }

  /// Bytes of lines that may wait.
  package static let limit = 1 << 20

  private let state = Mutex(State())
  private let arrival: HostEvent
  private let progress: HostEvent
  private let loss: @Sendable (Int) -> String
  private let write: @Sendable (String) -> Void

  /// `write` takes one line at a time, on the thread of the queue, and may block; `loss` tells that so many are lost.
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
      // The next line tries again, and `finish` does without.
      state.withLock { $0.hasWriter = false }
    }
  }

  /// Waits until all lines are written, as long as one is every `milliseconds`; answers whether they are.
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
