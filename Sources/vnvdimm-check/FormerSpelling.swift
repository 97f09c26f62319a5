import Basics
import CommandSupport
import QEMU

/// An option with which the program was called before it had verbs, and the equivalent call.
struct FormerSpelling {
  let failure: CommandFailure

  private enum Successor {
    /// A verb, with an option of its own unless the old one was simply dropped.
    case verb(String, option: String?)
    /// A job of another program now.
    case command(Hint)
  }

  private static let table: [String: Successor] = [
    "--qemu-command": .verb("command", option: nil), "--qemu-command-file": .verb("command", option: "--file"),
    "--libvirt-xml": .verb("domain", option: nil), "--libvirt-hook": .verb("hook", option: nil),
    "--each": .verb("fleet", option: nil), "--paths-from": .verb("fleet", option: "--paths-from"),
    "--ansible": .command(.command("ansible-doc", "--type", "module", "vnvdimm.backend.check")),
  ]

  /// `nil` if none of `arguments` is such an option.
  init?(in arguments: [String]) {
    // The rest is a QEMU command line.
    let own = arguments.prefix { $0 != "--" }
    guard let name = own.lazy.map(\.optionName).first(where: { Self.table[$0] != nil }) else { return nil }
    switch Self.table[name] {
    case .verb(let verb, _)?:
      failure = .misplaced(
        name, "the verb '\(verb)' does this",
        call: [verb] + own.flatMap(Self.successors) + arguments.dropFirst(own.count))
    case .command(let command)?:
      failure = CommandFailure(.usage, name, "Ansible's module does this", hint: command)
    case nil: return nil
    }
  }

  /// Returns the words that replace one argument.
  private static func successors(of word: String) -> [String] {
    guard case .verb(_, let option)? = table[word.optionName] else { return [word] }
    let value = word.dropFirst(word.optionName.count)
    guard let option else { return value.isEmpty ? [] : [String(value.dropFirst())] }
    return [option + value]
  }
}

extension String {
  /// The text before the equals sign.
  fileprivate var optionName: String { String(prefix { $0 != "=" }) }
}
