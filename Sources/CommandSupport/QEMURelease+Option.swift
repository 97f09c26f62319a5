public import ArgumentParser
public import Basics
public import PersistentMemory
package import QEMU

/// Reads the value of an option that is a release of QEMU, for `@Option(transform: release)`.
package func release(_ text: String) throws -> QEMURelease {
  guard let release = QEMURelease(parsing: text) else {
    throw ValidationError(
      "'\(text)' is no release of QEMU with NVDIMMs (expected 2.6 to \(QEMURelease.newest), or a later one)")
  }
  return release
}

/// Reads the value of an option that is a release of Linux, for `@Option(transform: linuxRelease)`.
package func linuxRelease(_ text: String) throws -> LinuxRelease {
  guard let release = LinuxRelease(parsing: text) else {
    throw ValidationError(
      "'\(text)' is no release of Linux that is described (expected \(LinuxRelease.oldest) or later)")
  }
  return release
}

extension Architecture: ExpressibleByArgument {}
extension NamespaceMode: ExpressibleByArgument {}
