package import Basics

/// Why the host's persistent memory cannot be examined.
package enum HostDAXError: Error, Hashable, Sendable {
  /// This host does not have the library, or its version is too old for the suite.
  case libraryMissing(String, package: String)
  /// The library could not start; the code is its errno.
  case libraryFailed(String, code: Int32)
}

extension HostDAXError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .libraryMissing(let library, _): "\(library) is missing, which reads this host's persistent memory"
    case .libraryFailed(let library, let code): "\(library) cannot read this host's devices (error \(code))"
    }
  }

  /// The Debian package that is missing.
  package var package: String? {
    guard case .libraryMissing(_, let package) = self else { return nil }
    return package
  }

  /// A command that installs the package, if that helps.
  package var hint: Hint? { package.map { .command("sudo", "apt-get", "install", $0) } }
}
