import ArgumentParser
import CommandSupport
import QEMU
import Storage
import SystemPackage

/// A command line in the form of a file: `/proc/PID/cmdline`, or a line of a script.
enum CommandArguments {
  private static let limit = 1 << 20

  static func read(_ path: String) throws -> [String] {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FilePath(path).contents(limit: limit) } catch {
      throw CommandFailure(.incomplete, path, "cannot be read: \(error.description)")
    }
    let arguments = try Self.arguments(in: bytes, of: path)
    guard !arguments.isEmpty else { throw CommandFailure(.incomplete, path, "holds no command line") }
    return arguments
  }

  private static func arguments(in bytes: [UInt8], of path: String) throws -> [String] {
    guard !bytes.contains(0) else {
      let ended = bytes.last == 0 ? bytes.dropLast() : bytes[...]
      return ended.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
    guard let words = ShellWords.split(String(decoding: bytes, as: UTF8.self)) else {
      throw CommandFailure(.incomplete, path, "a quotation is not closed")
    }
    return words
  }
}
