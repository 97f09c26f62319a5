/// What to type so that a finding, or a failure, is gone, in the language of whoever asked.
///
/// Advice that is none of these stands in the text of the finding, or in the explanation of its rule.
package enum Hint: Hashable, Sendable, CustomStringConvertible {
  /// A whole command, which can be run as it stands.
  case command(ShellCommand)
  /// Options for QEMU's command line: `label-size=2097152`, or `no slot=` for one that is to be left out.
  case options(String)
  /// Elements for the XML of libvirt's domain.
  case elements(String)

  /// The command that is `program` with `words`, and with `path` behind them.
  package static func command(_ program: String, _ words: String..., path: String? = nil) -> Hint {
    .command(ShellCommand(program, words, path: path))
  }

  package var description: String {
    switch self {
    case .command(let command): command.description
    case .options(let text), .elements(let text): text
    }
  }

  /// The hint as it is printed.
  package var asHintLine: String { description.asHintLine }
}

/// A command for a shell, word by word.
package struct ShellCommand: Hashable, Sendable, CustomStringConvertible {
  private enum Word: Hashable {
    /// What the program gets.
    case literal(String)
    /// A path, which no program is to take for an option.
    case path(String)
    /// What the shell is to make something of, such as `~/nv.img`.
    case shell(String)
  }

  private var words: [Word]

  /// `program` with `words`, and with `path` behind them.
  package init(_ program: String, _ words: [String] = [], path: String? = nil) {
    self.init(words: [program] + words, path: path)
  }

  /// `words`, the first of which is the program, with `path` behind them.
  package init(words: [String], path: String? = nil) { self.init(words: words, paths: path.map { [$0] } ?? []) }

  /// `words`, the first of which is the program, with `paths` behind them.
  package init(words: [String], paths: [String]) {
    self.words = words.map { .literal($0) } + paths.map { .path($0) }
  }

  /// A command that stands in the source as a shell reads it.
  package init(shell text: StaticString) { words = [.shell(text.description)] }

  /// This command, run by the administrator of the host.
  package var byRoot: ShellCommand {
    var command = self
    command.words.insert(.literal("sudo"), at: 0)
    return command
  }

  /// This command with `words` behind it.
  package func appending(_ words: String...) -> ShellCommand {
    var command = self
    command.words += words.map { .literal($0) }
    return command
  }

  /// This command, whose output goes to the file at `path`.
  package func writing(to path: String) -> ShellCommand {
    var command = self
    command.words.append(.shell(">\(path.shellQuotedPath)"))
    return command
  }

  /// This command with `option`, and with `value` for it, in place of a value that was given.
  ///
  /// `isShell`: whether the shell is to make something of the value.
  package func with(_ option: String, _ value: String? = nil, isShell: Bool = false) -> ShellCommand {
    var command = value == nil ? self : without(option)
    if value == nil { command.words.removeAll { $0 == .literal(option) } }
    // What stands behind `--` belongs to somebody else.
    let end = command.words.firstIndex(of: .literal("--")) ?? command.words.endIndex
    command.words.insert(
      contentsOf: [.literal(option)] + (value.map { [isShell ? .shell($0) : .literal($0)] } ?? []), at: end)
    return command
  }

  /// This command without `option`, which has a value.
  package func without(_ option: String) -> ShellCommand {
    var command = self
    command.words.removeAll { if case .literal(let word) = $0 { word.hasPrefix("\(option)=") } else { false } }
    while let place = command.words.firstIndex(of: .literal(option)) {
      command.words.removeSubrange(place..<min(place + 2, command.words.count))
    }
    return command
  }

  /// This command with each literal word as `change` makes it.
  package func mapping(_ change: (String) -> String) -> ShellCommand {
    var command = self
    command.words = words.map { if case .literal(let word) = $0 { .literal(change(word)) } else { $0 } }
    return command
  }

  /// This command with `other` for the last literal word that `isMeant`.
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
