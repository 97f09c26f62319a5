import CLinux
import Glibc
package import SystemPackage

/// A program of the host that is asked something: what it prints when it is run with some arguments.
package struct HostProgram: Sendable {
  /// What a program printed, as far as it is kept, and its exit status, as a shell gives it.
  package struct Answer: Sendable {
    package let output: String
    package let errors: String
    package let status: Int32
  }

  /// Absolute.
  package let path: FilePath

  /// What messages and the program itself call it.
  private let name: String
  /// Whether it is this very program, whoever may change it.
  private let isOwn: Bool

  /// The path of this very program, for itself.
  package static let own: FilePath = "/proc/self/exe"

  /// This program, under `name`.
  package init(ownAs name: String) {
    path = Self.own
    self.name = name
    isOwn = true
  }

  /// The program called `name`: a path with a slash, or what is found on PATH, folders of it that are not absolute
  /// passed over. Nil where there is no such program.
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

  /// Bytes of each output that are kept.
  private static let outputLimit = 256 << 10

  /// Runs the program with `arguments` and the open file `input`, if any, for at most so many milliseconds; throws
  /// ETIMEDOUT where that is not enough, and EACCES where root would run what another user could have changed.
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

  /// Whether root alone can change the file, and what stands in the folders that it lies in.
  private var isTrusted: Bool {
    // Safe: the text that is answered is freed once it is copied.
    guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return false }
    defer { unsafe free(resolved) }
    var place = unsafe FilePath(platformString: resolved)
    while true {
      guard let status = try? place.stat(), status.userID.rawValue == 0 else { return false }
      let isOpen = !status.permissions.isDisjoint(with: [.groupWrite, .otherWrite])
      // In a sticky folder nobody replaces what is root's.
      guard !isOpen || status.type == .directory && status.permissions.contains(.saveText) else { return false }
      guard place.removeLastComponent(), !place.isEmpty else { return true }
    }
  }
}

/// The log of the host, where daemons and what they start are read.
package enum HostLog {
  package static func warn(_ line: String, of program: String) { unsafe clinux_log_warning(program, line) }
}

extension FileDescriptor {
  /// A file in memory without a name that holds `bytes`, to be read from its beginning.
  package static func inMemory(of bytes: [UInt8]) throws(Errno) -> OwnedDescriptor {
    let result = unsafe clinux_memory_file("vnvdimm")
    guard result >= 0 else { throw Errno(rawValue: -result) }
    let file = OwnedDescriptor(owning: FileDescriptor(rawValue: result))
    do {
      _ = try file.descriptor.writeAll(bytes)
      try file.descriptor.seek(offset: 0, from: .start)
    } catch { throw Errno(error) }
    return file
  }
}
