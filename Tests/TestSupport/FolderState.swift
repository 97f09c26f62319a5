package import Foundation

/// The state of a folder: names, kinds, modes and contents. Two equal states mean that nothing has changed.
package struct FolderState: Equatable {
  private struct Entry: Equatable {
    let type: FileAttributeType?
    let mode: Int?
    let inode: Int?
    let modified: Date?
    let target: String?
    let contents: Data?
  }

  private let entries: [String: Entry]

  package init(of folder: URL) throws {
    let manager = FileManager.default
    var entries: [String: Entry] = [:]
    for name in try manager.subpathsOfDirectory(atPath: folder.path) {
      let path = folder.appendingPathComponent(name).path
      let facts = try manager.attributesOfItem(atPath: path)
      let type = facts[.type] as? FileAttributeType
      entries[name] = Entry(
        type: type, mode: facts[.posixPermissions] as? Int, inode: facts[.systemFileNumber] as? Int,
        modified: facts[.modificationDate] as? Date, target: try? manager.destinationOfSymbolicLink(atPath: path),
        contents: type == .typeRegular && manager.isReadableFile(atPath: path)
          ? try Data(contentsOf: URL(fileURLWithPath: path)) : nil)
    }
    self.entries = entries
  }

  /// The names, sorted.
  package var names: [String] { entries.keys.sorted() }
}
