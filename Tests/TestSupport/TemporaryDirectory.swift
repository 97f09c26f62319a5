package import Foundation

/// A folder for one test, removed with everything in it when the test ends.
package final class TemporaryDirectory: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Returns the path of `name` in the folder.
  package func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
