import CommandSupport
import Glibc
import Storage
import SystemPackage

/// The paths of a list, one after the other. The list is read only as needed, and may be an endless pipe.
struct PathList: ~Copyable {
  /// The separator of paths.
  enum Separator: UInt8 {
    case newline = 0x0a
    case null = 0
  }

  /// One path of the list, or the reason why an entry is not a path.
  enum Entry: Sendable, Equatable {
    case path(String)
    case defect(CommandFailure)
  }

  private let name: String
  /// The open file; `nil` for standard input, which must not be closed here.
  private let file: OwnedDescriptor?
  private let separator: Separator
  private var buffer: [UInt8] = []
  /// The position of the first byte of the buffer that was not handed out yet.
  private var position = 0
  private var number = 0
  private var isAtEnd = false

  /// Opens the list at `path`, or uses standard input if `path` is `-`.
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

  /// Returns the next entries, at most `count`; none at the end. Empty entries are skipped.
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
    // Linux accepts no longer path, so that the discarded bytes do not matter.
    guard bytes.count < Self.pathLimit else {
      return defect("not a path (stored more than \(Self.pathLimit - 1) bytes, expected at most \(Self.pathLimit - 1))")
    }
    guard !bytes.contains(0) else { return defect("a path contains NUL, which separates paths only with --null") }
    guard let path = String(validating: bytes, as: UTF8.self) else { return defect("the path is not UTF-8") }
    return .path(path)
  }

  /// Returns the bytes up to the next separator, but at most `pathLimit`; `nil` at the end of the list.
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
      // Safe: the buffer has room for the number of bytes passed with it.
      buffer = try unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { bytes, filled in
        filled = try unsafe source.read(into: UnsafeMutableRawBufferPointer(bytes))
      }
    } catch { throw CommandFailure(.incomplete, name, "cannot read: \(Errno(error))") }
    isAtEnd = buffer.isEmpty
  }

  /// PATH_MAX of Linux, including the NUL at the end.
  private static let pathLimit = 4096
  private static let chunk = 64 << 10
}
