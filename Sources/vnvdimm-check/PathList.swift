import CommandSupport
import Glibc
import Storage
import SystemPackage

/// The paths of a list, one after the other: the list is read as far as it is needed, and may be a pipe that never
/// ends.
struct PathList: ~Copyable {
  /// What stands between two paths.
  enum Separator: UInt8 {
    case newline = 0x0a
    case null = 0
  }

  /// One path of the list, or the reason why an entry is none.
  enum Entry: Sendable, Equatable {
    case path(String)
    case defect(CommandFailure)
  }

  private let name: String
  /// Nil for standard input, which is not ours to close.
  private let file: OwnedDescriptor?
  private let separator: Separator
  private var buffer: [UInt8] = []
  /// Of the buffer, what was not handed out yet.
  private var position = 0
  private var number = 0
  private var isAtEnd = false

  /// Opens the list at `path`, or takes standard input where that is `-`.
  init(at path: String, separator: Separator) throws(CommandFailure) {
    name = path == "-" ? "standard input" : path
    self.separator = separator
    if path == "-" {
      file = nil
    } else {
      do {
        file = OwnedDescriptor(owning: try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec))
      } catch { throw CommandFailure(.incomplete, path, "cannot open: \(Errno(error))") }
    }
  }

  /// The next entries, at most `count`; none at the end. Empty ones are passed over.
  mutating func next(_ count: Int) throws(CommandFailure) -> [Entry] {
    var entries: [Entry] = []
    while entries.count < count, let bytes = try nextBytes() {
      number += 1
      if !bytes.isEmpty { entries.append(entry(bytes)) }
    }
    return entries
  }

  private func entry(_ bytes: [UInt8]) -> Entry {
    func defect(_ fact: String) -> Entry { .defect(CommandFailure(.incomplete, name, "entry \(number): \(fact)")) }
    // Linux takes no longer path, so that nothing is lost by what was not kept.
    guard bytes.count < Self.pathLimit else {
      return defect("not a path (stored more than \(Self.pathLimit - 1) bytes, expected at most \(Self.pathLimit - 1))")
    }
    guard !bytes.contains(0) else { return defect("a path contains NUL, which separates paths only with --null") }
    guard let path = String(validating: bytes, as: UTF8.self) else { return defect("the path is not UTF-8") }
    return .path(path)
  }

  /// The bytes up to the next separator, of which at most `pathLimit` are kept; nil at the end of the list.
  private mutating func nextBytes() throws(CommandFailure) -> [UInt8]? {
    var entry: [UInt8] = []
    var isEmpty = true
    while true {
      if position == buffer.count {
        try fill()
        guard !buffer.isEmpty else { return isEmpty ? nil : entry }
      }
      isEmpty = false
      let rest = buffer[position...]
      let end = rest.firstIndex(of: separator.rawValue)
      entry += rest[..<(end ?? rest.endIndex)].prefix(Self.pathLimit - entry.count)
      position = end.map { $0 + 1 } ?? rest.endIndex
      if end != nil { return entry }
    }
  }

  private mutating func fill() throws(CommandFailure) {
    position = 0
    buffer = []
    guard !isAtEnd else { return }
    do {
      let source =
        switch file {
        case .some(let file): file.descriptor
        case .none: FileDescriptor.standardInput
        }
      // Safe: the buffer has room for as many bytes as it is told.
      buffer = try unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { bytes, filled in
        filled = try unsafe source.read(into: UnsafeMutableRawBufferPointer(bytes))
      }
    } catch { throw CommandFailure(.incomplete, name, "cannot read: \(Errno(error))") }
    isAtEnd = buffer.isEmpty
  }

  /// PATH_MAX of Linux, the NUL at the end included.
  private static let pathLimit = 4096
  private static let chunk = 64 << 10
}
