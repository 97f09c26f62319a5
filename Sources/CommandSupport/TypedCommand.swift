import Basics
import LabelChange

/// The call of this program as it was typed, for a hint that keeps what was given and says more.
package struct TypedCommand: Sendable, CustomStringConvertible {
  /// Each as a shell reads it.
  private var words: [String]

  /// What was typed behind `program`, the name of this one.
  package init(of program: String) { words = [program] + ProcessArguments.all.map(\.shellQuoted) }

  /// This command with `value`, as a shell reads it, for `option`: in place of another that was given.
  package func with(_ option: String, _ value: String) -> TypedCommand {
    var command = self
    command.words.removeAll { $0.hasPrefix("\(option)=") }
    while let place = command.words.firstIndex(of: option) {
      command.words.removeSubrange(place..<min(place + 2, command.words.count))
    }
    command.words += [option, value]
    return command
  }

  package var description: String { words.joined(separator: " ") }
}
