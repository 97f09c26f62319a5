package import Basics

/// Why the host's persistent memory cannot be looked at.
package enum HostDAXError: Error, Hashable, Sendable {
  /// This host does not have the library, or has one too old for the suite.
  case libraryMissing(String, package: String)
  /// The library could not start, with the errno that it gave.
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

  /// A command to type, if one helps.
  package var hint: Hint? { package.map { .command("sudo", "apt-get", "install", $0) } }
}
