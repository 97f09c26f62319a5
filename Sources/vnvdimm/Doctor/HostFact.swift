import Basics

/// One thing that the suite can make use of on this host, and how it stands with it.
struct HostFact {
  enum State: String {
    case ready, missing
    /// It is there, and does less than it could; or it is a matter of hardware.
    case limited
  }

  let name: String
  let state: State
  let fact: String
  /// What to type to have it.
  var command: String?
  /// The Debian packages whose installation mends it.
  var packages: [String] = []

  init(name: String, state: State, fact: String, command: String? = nil) {
    (self.name, self.state, self.fact, self.command) = (name, state, fact, command)
  }

  /// What is missing, and comes with `packages`, if Debian has it.
  init(missing name: String, fact: String, packages: [String], command: String? = nil) {
    self.init(name: name, state: .missing, fact: fact, command: Self.installation(of: packages) ?? command)
    self.packages = packages
  }

  /// The command that installs `packages`; nil where there are none.
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
