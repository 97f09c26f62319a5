import ArgumentParser
package import Basics
package import PersistentMemory
package import QEMU

/// Reads the value of an option that is a release of QEMU, for `@Option(transform: release)`.
package func release(_ text: String) throws -> QEMURelease {
  guard let release = QEMURelease(parsing: text) else {
    throw ValidationError("'\(text)' is no release that is described (expected 2.6 to \(QEMURelease.newest))")
  }
  return release
}

extension Architecture: ExpressibleByArgument {}
extension NamespaceMode: ExpressibleByArgument {}
