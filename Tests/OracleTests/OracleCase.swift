import Foundation
import TestSupport

/// One machine: a QEMU command line, the files that it finds, and the monitor commands that follow.
struct OracleCase: Codable, Sendable {
  enum File: Codable, Sendable {
    case length(UInt64)
    case folder
    case fifo
    case link(to: String)
    case text(String)
  }

  /// The arguments, starting with the name of the program.
  var arguments: [String] = []
  /// The files that exist beforehand, by name.
  var files: [String: File] = [:]
  /// The hotplug commands: QMP documents and lines of HMP.
  var hotplug: [String] = []
  /// Whether the case has something that no table lists, so that its result is unknown.
  var hasUnlisted = false

  /// Makes a folder for a run, with the files in it.
  func makeFolder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    for (name, file) in files {
      let path = folder.path(name)
      switch file {
      case .length(let length):
        try Data().write(to: URL(fileURLWithPath: path))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: length)
        try handle.close()
      case .text(let text): try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      case .fifo:
        // Safe: the path lives for the call.
        guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
      case .link(let target): try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      }
    }
    return folder
  }

  /// Returns the lengths of the regular files in `folder`.
  static func lengths(in folder: TemporaryDirectory) throws -> [String: UInt64] {
    var lengths: [String: UInt64] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let facts = try FileManager.default.attributesOfItem(atPath: folder.path(name))
      if facts[.type] as? FileAttributeType == .typeRegular { lengths[name] = facts[.size] as? UInt64 }
    }
    return lengths
  }
}

extension OracleCase: CustomStringConvertible {
  /// The command line in a form that can be pasted into a shell.
  var description: String {
    let files = files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    let words = arguments.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    return "\(words)\n  files: \(files)\n  hotplug: \(hotplug)"
  }
}
