import CLinux
import Glibc
package import SystemPackage

/// A program of the host that is run for what it prints.
package struct HostProgram: Sendable {
  /// What a program printed, up to a limit, and its exit status as a shell reports it.
  package struct Answer: Sendable {
    package let output: String
    package let errors: String
    package let status: Int32
  }

  /// The absolute path of the program.
  package let path: FilePath

  /// The name for messages, and for the program itself.
  private let name: String
  /// Whether this is the running program itself, which needs no check of who may change it.
  private let isOwn: Bool

  /// The path by which this program can run itself.
  package static let own: FilePath = "/proc/self/exe"

  /// Makes the running program itself, under `name`.
  package init(ownAs name: String) {
    path = Self.own
    self.name = name
    isOwn = true
  }

  /// Finds the program called `name`: a path with a slash, or a name that is sought on PATH, ignoring folders that are
  /// not absolute. `nil` if there is no such program.
  package init?(named name: String) {
    isOwn = false
    self.name = name
    if name.contains("/") {
      path = FilePath(name)
      guard path.isAbsolute, Self.isProgram(path) else { return nil }
      return
    }
    let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    // Safe: the text is copied before anything can change it.
    let folders = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? usual
    let found = folders.split(separator: ":").lazy.filter { $0.hasPrefix("/") }
      .map { FilePath(String($0)).appending(name) }.first(where: Self.isProgram)
    guard let found, !name.isEmpty else { return nil }
    path = found
  }

  private static func isProgram(_ path: FilePath) -> Bool {
    let isExecutable = unsafe path.withPlatformString { unsafe access($0, X_OK) } == 0
    return isExecutable && (try? path.stat().type) == .regular
  }

  /// The number of bytes of each output that are kept.
  private static let outputLimit = 256 << 10

  /// Runs the program with `arguments` and the open file `input`, if any. Throws ETIMEDOUT if it takes more than
  /// `milliseconds`, and EACCES if root would run a program that another user could have changed.
  package func answer(
    to arguments: [String], input: FileDescriptor? = nil, within milliseconds: Int32
  ) throws(Errno) -> Answer {
    guard isOwn || geteuid() != 0 || isTrusted else { throw .permissionDenied }
    // Safe: the texts and the two halves of the buffer live until the call has come back.
    var texts = unsafe ([name] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    let limit = Self.outputLimit
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 2 * limit)
    defer { unsafe buffer.deallocate() }
    var answer = unsafe clinux_answer(
      output: buffer, output_size: limit, output_length: 0, errors: buffer + limit, errors_size: limit,
      errors_length: 0, status: -1)
    let result = unsafe path.withPlatformString {
      unsafe clinux_ask_program($0, &texts, input?.rawValue ?? -1, milliseconds, &answer)
    }
    guard result == 0 else { throw Errno(rawValue: -result) }
    func text(_ start: UnsafeMutablePointer<CChar>, _ count: Int) -> String {
      unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
    return unsafe Answer(
      output: text(answer.output, answer.output_length), errors: text(answer.errors, answer.errors_length),
      status: answer.status)
  }

  /// Whether only root can change the file, and the entries of the folders on its path.
  private var isTrusted: Bool {
    // Safe: the returned text is copied before it is freed.
    guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return false }
    defer { unsafe free(resolved) }
    var place = unsafe FilePath(platformString: resolved)
    while true {
      guard let status = try? place.stat(), status.userID.rawValue == 0 else { return false }
      let isOpen = !status.permissions.isDisjoint(with: [.groupWrite, .otherWrite])
      // In a sticky folder other users cannot replace root's files.
      guard !isOpen || status.type == .directory && status.permissions.contains(.saveText) else { return false }
      guard place.removeLastComponent(), !place.isEmpty else { return true }
    }
  }
}

/// The host's system log, for daemons and programs that they start.
package enum HostLog {
  package static func warn(_ line: String, of program: String) { unsafe clinux_log_warning(program, line) }
}
