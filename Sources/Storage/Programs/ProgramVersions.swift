import Glibc
import Synchronization
package import SystemPackage

/// The answers of the host's programs to `--version`. Each program is asked once, and its answer is kept.
///
/// Answers are kept by path, size, modification time and inode in a file of the user's: in XDG_CACHE_HOME, for root in
/// `/var/cache`, otherwise in `~/.cache`. A file or folder that another user could have changed is neither read nor
/// written.
package enum ProgramVersions {
  /// The time limit for an answer, in milliseconds.
  private static let timeLimit: Int32 = 5000
  private static let known = Mutex<[FilePath: Result<String, Errno>]>([:])

  /// Returns the first line that `program` prints for `--version`. Throws if it does not answer.
  package static func answer(of program: HostProgram) throws(Errno) -> String {
    if let known = known.withLock({ $0[program.path] }) { return try known.get() }
    let answer = Result { () throws(Errno) -> String in
      if let kept = kept(program) { return kept }
      return try ask(program)
    }
    known.withLock { $0[program.path] = answer }
    return try answer.get()
  }

  private static func ask(_ program: HostProgram) throws(Errno) -> String {
    let answer = try program.answer(to: ["--version"], within: timeLimit)
    guard answer.status == 0, let line = answer.output.split(separator: "\n").first, line.utf8.count <= lineLimit,
      line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7f })
    else { throw .notSupported }
    keep(String(line), of: program)
    return String(line)
  }

  // MARK: The file

  private static let lineLimit = 256
  private static let fileLimit = 64 << 10
  /// The number of programs whose answers are kept: those asked last.
  private static let countLimit = 64

  private static let folder: FilePath? = {
    func variable(_ name: String) -> FilePath? {
      // Safe: the text is copied before anything can change it.
      let path = unsafe getenv(name).map { unsafe FilePath(platformString: $0) }
      return path?.isAbsolute == true ? path : nil
    }
    let caches = variable("XDG_CACHE_HOME") ?? (geteuid() == 0 ? "/var/cache" : variable("HOME")?.appending(".cache"))
    return caches?.appending("vnvdimm")
  }()

  private static let name = "programs"

  /// Returns the key under which the answer of `program` is kept.
  private static func key(of program: HostProgram) -> String? {
    guard let status = try? program.path.stat(), !program.path.string.contains(where: \.isNewline) else { return nil }
    let time = status.st_mtim
    return "\(status.size) \(time.tv_sec).\(time.tv_nsec) \(status.inode.rawValue) \(program.path.string)"
  }

  private static func kept(_ program: HostProgram) -> String? {
    guard let key = key(of: program) else { return nil }
    return lines.first { $0.key == key }?.answer
  }

  /// The lines of the file: a key, a tab and an answer each.
  private static var lines: [(key: Substring, answer: String)] {
    guard let path = folder?.appending(name),
      let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    else { return [] }
    defer { try? file.close() }
    guard let status = try? file.stat(), status.type == .regular, isOwn(status),
      let bytes = try? file.remainingBytes(limit: fileLimit)
    else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      guard let tab = line.lastIndex(of: "\t") else { return nil }
      return (line[..<tab], String(line[line.index(after: tab)...]))
    }
  }

  private static func isOwn(_ status: Stat) -> Bool {
    status.userID.rawValue == geteuid() && status.permissions.isDisjoint(with: [.groupWrite, .otherWrite])
  }

  /// Keeps the answer. If the file cannot be written, the next run merely has to ask again.
  private static func keep(_ answer: String, of program: HostProgram) {
    guard let folder, let key = key(of: program), !program.isScript else { return }
    for folder in [folder.folderOrDot, folder] { _ = unsafe folder.withPlatformString { unsafe mkdir($0, 0o755) } }
    guard let status = try? folder.stat(followTargetSymlink: false), status.type == .directory, isOwn(status) else {
      return
    }
    let others = lines.filter { !$0.key.hasSuffix(" \(program.path.string)") }.suffix(countLimit - 1)
    let text = (others.map { "\($0.key)\t\($0.answer)\n" } + ["\(key)\t\(answer)\n"]).joined()
    let staged = folder.appending(".\(name).\(getpid())")
    guard
      let file = try? FileDescriptor.open(
        staged, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    else { return }
    let isWritten = (try? file.closeAfter { _ = try file.writeAll(text.utf8) }) != nil
    let renamed = unsafe staged.withPlatformString { from in
      unsafe folder.appending(name).withPlatformString { unsafe isWritten ? rename(from, $0) : -1 }
    }
    if renamed != 0 { _ = unsafe staged.withPlatformString { unsafe unlink($0) } }
  }
}

extension HostProgram {
  /// Whether it runs another program, about which its own size and time say nothing.
  fileprivate var isScript: Bool {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]) else {
      return true
    }
    defer { try? file.close() }
    return (try? file.bytes(at: 0, count: 2)) == Array("#!".utf8)
  }
}
