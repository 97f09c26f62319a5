package import Foundation

/// The recorded facts with which tests compare: files under Tests/Corpus.
package enum Corpus {
  package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Corpus")

  /// Returns the contents of the file at `path` below Tests/Corpus.
  package static func data(_ path: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(path))
  }

  /// Returns the sorted names in the folder at `path` below Tests/Corpus.
  package static func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path).sorted()
  }
}
