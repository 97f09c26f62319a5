import Storage
import Synchronization
package import SystemPackage

/// Where the ports of a guest that runs a script lead, beside its console: COM2 is the script's standard output, COM3
/// its standard error, and COM4 tells how it ended.
package struct ScriptPorts: Sendable {
  package let output = HostConsole(output: .standardOutput)
  private let errors = HostConsole(output: .standardError, outputName: "standard error", mayBeLost: true)
  package let report: ScriptReport

  /// `files` take what the guest sends.
  package init(files: [FileDescriptor] = []) { report = ScriptReport(files: files) }

  /// What takes the bytes of each port; `send` brings one of them to its place.
  package func takers(
    _ send: @escaping @Sendable (UInt8, HostConsole) -> Void
  ) -> [@Sendable (UInt8) -> Void] {
    [{ send($0, output) }, { send($0, errors) }, { report.receive($0) }]
  }
}

/// What a guest reports at COM4: the line `status N` with its script's exit status as a decimal number, and before it
/// files, each as the line `file I SIZE` and so many bytes for the file of that index.
package final class ScriptReport: Sendable {
  private struct State {
    var line: [UInt8] = []
    var status: UInt8?
    /// The index of the file that is coming, bytes of it that are still to come, and those that are to be written.
    var file = 0
    var rest: UInt64 = 0
    var bytes: [UInt8] = []
    /// How each file that was begun came to be: nil where nothing failed.
    var results: [Int: Errno?] = [:]
    var complete: Set<Int> = []
  }

  private let state = Mutex(State())
  private let files: [FileDescriptor]
  /// What is longer is no line of ours.
  private static let lineLimit = 256
  /// The most bytes of a file.
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
    // What nobody asked for, or comes again, or is too large, goes nowhere.
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

  /// The number, 0 to 255, once its whole line has come.
  package var status: UInt8? { state.withLock { $0.status } }

  /// Why the file of `index` is not there: ENOENT where the guest has not sent all of it; nil where it is.
  package func failure(ofFile index: Int) -> Errno? {
    state.withLock { state in
      if let error = state.results[index] ?? nil { return error }
      return state.complete.contains(index) ? nil : .noSuchFileOrDirectory
    }
  }
}
