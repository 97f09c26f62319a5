import Basics

/// A resource of this host that the suite can use, and its state.
struct HostFact {
  enum State: String {
    case ready, missing
    /// It is present, but does less than it could; or it depends on hardware.
    case limited
  }

  let name: String
  let state: State
  let fact: String
  /// The command that provides it.
  var command: String?
  /// The Debian packages that provide it.
  var packages: [String] = []

  init(name: String, state: State, fact: String, command: String? = nil) {
    (self.name, self.state, self.fact, self.command) = (name, state, fact, command)
  }

  /// Creates a fact about something that is missing and that `packages` provide, if this is Debian.
  init(missing name: String, fact: String, packages: [String], command: String? = nil) {
    self.init(name: name, state: .missing, fact: fact, command: Self.installation(of: packages) ?? command)
    self.packages = packages
  }

  /// Returns the command that installs `packages`; `nil` if there are none.
  static func installation(of packages: [String]) -> String? {
    packages.isEmpty ? nil : "apt-get install \(packages.joined(separator: " "))"
  }

  var json: JSONValue {
    JSONValue(present: [
      ("name", .text(name)), ("state", .text(state.rawValue)), ("fact", .text(fact)),
      ("command", command.map { .text($0) }),
    ])
  }
}
