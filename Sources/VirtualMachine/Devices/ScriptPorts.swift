import Storage
import Synchronization
package import SystemPackage

/// The host's ends of the ports of a guest that runs a script, other than its console: COM2 is the script's standard
/// output, COM3 its standard error, and COM4 reports how it ended.
package struct ScriptPorts: Sendable {
  package let output = HostConsole(output: .standardOutput)
  private let errors = HostConsole(output: .standardError, outputName: "standard error", mayBeLost: true)
  package let report: ScriptReport

  /// `files` receive the files that the guest sends.
  package init(files: [FileDescriptor] = []) { report = ScriptReport(files: files) }

  /// Returns the receivers of each port's bytes; `send` passes a byte on to a console.
  package func takers(
    _ send: @escaping @Sendable (UInt8, HostConsole) -> Void
  ) -> [@Sendable (UInt8) -> Void] {
    [{ send($0, output) }, { send($0, errors) }, { report.receive($0) }]
  }
}

/// The reports of a guest at COM4: the line `status N` with its script's exit status in decimal, after any files, each
/// sent as the line `file I SIZE` followed by SIZE bytes for the file with index I.
package final class ScriptReport: Sendable {
  private struct State {
    var line: [UInt8] = []
    var status: UInt8?
    /// The index of the file being received, the number of its bytes still to come, and the bytes still to be written.
    var file = 0
    var rest: UInt64 = 0
    var bytes: [UInt8] = []
    /// The result for each file that was begun; `nil` means no failure.
    var results: [Int: Errno?] = [:]
    var complete: Set<Int> = []
  }

  private let state = Mutex(State())
  private let files: [FileDescriptor]
  /// A longer line is not part of the protocol.
  private static let lineLimit = 256
  /// The maximum size of a file in bytes.
  package static let fileLimit: UInt64 = 1 << 30
  private static let pieceSize = 1 << 16

  package init(files: [FileDescriptor] = []) { self.files = files }

  package func receive(_ byte: UInt8) {
    state.withLock { state in
      if state.rest > 0 {
        state.rest -= 1
        take(byte, &state)
      } else if byte != UInt8(ascii: "\n") {
        if state.line.count < Self.lineLimit { state.line.append(byte) }
      } else {
        let words = String(decoding: state.line, as: UTF8.self).split(separator: " ")
        state.line = []
        read(words, &state)
      }
    }
  }

  private func read(_ words: [Substring], _ state: inout State) {
    if words.count == 2, words[0] == "status" { state.status = UInt8(words[1]) }
    guard words.count == 3, words[0] == "file", let index = Int(words[1]), let size = UInt64(words[2]) else { return }
    (state.file, state.rest) = (index, size)
    // A file that was not requested, is a repetition, or is too large is dropped.
    let isWanted = files.indices.contains(index) && state.results[index] == nil
    if isWanted { state.results[index] = .some(size > Self.fileLimit ? .fileTooLarge : nil) } else { state.file = -1 }
    if size == 0, isWanted { state.complete.insert(index) }
  }

  private func take(_ byte: UInt8, _ state: inout State) {
    guard let result = state.results[state.file], result == nil else { return }
    state.bytes.append(byte)
    guard state.bytes.count == Self.pieceSize || state.rest == 0 else { return }
    do {
      try files[state.file].writeAll(state.bytes)
      if state.rest == 0 { state.complete.insert(state.file) }
    } catch { state.results[state.file] = .some(Errno(error)) }
    state.bytes.removeAll(keepingCapacity: true)
  }

  /// The exit status, 0 to 255, once its whole line has arrived.
  package var status: UInt8? { state.withLock { $0.status } }

  /// Returns why the file of `index` was not received: ENOENT if the guest has not sent all of it; `nil` if it was
  /// received.
  package func failure(ofFile index: Int) -> Errno? {
    state.withLock { state in
      if let error = state.results[index] ?? nil { return error }
      return state.complete.contains(index) ? nil : .noSuchFileOrDirectory
    }
  }
}
