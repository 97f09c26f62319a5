/// The text to type so that a finding or a failure goes away, in the form that the user's tool takes.
///
/// Other advice belongs in the text of the finding, or in the explanation of its rule.
package enum Hint: Hashable, Sendable, CustomStringConvertible {
  /// A whole command that can be run as it is.
  case command(ShellCommand)
  /// Options for QEMU's command line: `label-size=2097152`, or `no slot=` for an option to omit.
  case options(String)
  /// Elements for the domain XML of libvirt.
  case elements(String)

  /// Makes the command `program` with `words`, followed by `path`.
  package static func command(_ program: String, _ words: String..., path: String? = nil) -> Hint {
    .command(ShellCommand(program, words, path: path))
  }

  package var description: String {
    switch self {
    case .command(let command): command.description
    case .options(let text), .elements(let text): text
    }
  }

  /// The hint as a line of output.
  package var asHintLine: String { description.asHintLine }
}

/// A command for a shell, word by word.
package struct ShellCommand: Hashable, Sendable, CustomStringConvertible {
  private enum Word: Hashable {
    /// A word for the program, quoted as needed.
    case literal(String)
    /// A path, written so that no program takes it for an option.
    case path(String)
    /// A word for the shell to expand, such as `~/nv.img`.
    case shell(String)
  }

  private var words: [Word]

  /// Makes the command `program` with `words`, followed by `path`.
  package init(_ program: String, _ words: [String] = [], path: String? = nil) {
    self.init(words: [program] + words, path: path)
  }

  /// `words`, the first of which is the program, with `path` behind them.
  package init(words: [String], path: String? = nil) { self.init(words: words, paths: path.map { [$0] } ?? []) }

  /// `words`, the first of which is the program, with `paths` behind them.
  package init(words: [String], paths: [String]) {
    self.words = words.map { .literal($0) } + paths.map { .path($0) }
  }

  /// Makes a command from a literal in the source, in shell syntax.
  package init(shell text: StaticString) { words = [.shell(text.description)] }

  /// This command, run as root.
  package var byRoot: ShellCommand {
    var command = self
    command.words.insert(.literal("sudo"), at: 0)
    return command
  }

  /// Returns this command with `words` appended.
  package func appending(_ words: String...) -> ShellCommand {
    var command = self
    command.words += words.map { .literal($0) }
    return command
  }

  /// Returns this command with its output redirected to the file at `path`.
  package func writing(to path: String) -> ShellCommand {
    var command = self
    command.words.append(.shell(">\(path.shellQuotedPath)"))
    return command
  }

  /// Returns this command with `option`, and its `value` if there is one, replacing an earlier value.
  ///
  /// `isShell` is whether the shell is to expand the value.
  package func with(_ option: String, _ value: String? = nil, isShell: Bool = false) -> ShellCommand {
    var command = value == nil ? self : without(option)
    if value == nil { command.words.removeAll { $0 == .literal(option) } }
    // Words after `--` belong to another program.
    let end = command.words.firstIndex(of: .literal("--")) ?? command.words.endIndex
    command.words.insert(
      contentsOf: [.literal(option)] + (value.map { [isShell ? .shell($0) : .literal($0)] } ?? []), at: end)
    return command
  }

  /// Returns this command without `option` and its value.
  package func without(_ option: String) -> ShellCommand {
    var command = self
    command.words.removeAll { if case .literal(let word) = $0 { word.hasPrefix("\(option)=") } else { false } }
    while let place = command.words.firstIndex(of: .literal(option)) {
      command.words.removeSubrange(place..<min(place + 2, command.words.count))
    }
    return command
  }

  /// Returns this command with `change` applied to each literal word.
  package func mapping(_ change: (String) -> String) -> ShellCommand {
    var command = self
    command.words = words.map { if case .literal(let word) = $0 { .literal(change(word)) } else { $0 } }
    return command
  }

  /// Returns this command with the last literal word that `isMeant` accepts replaced by `other`.
  package func replacingLast(by other: String, where isMeant: (String) -> Bool) -> ShellCommand {
    var command = self
    let place = words.lastIndex { if case .literal(let word) = $0 { isMeant(word) } else { false } }
    if let place { command.words[place] = .literal(other) }
    return command
  }

  package var description: String {
    words.map { word in
      switch word {
      case .literal(let text): text.shellQuoted
      case .path(let path): path.shellQuotedPath
      case .shell(let text): text
      }
    }.joined(separator: " ")
  }
}
