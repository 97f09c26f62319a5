import ArgumentParser
import Basics
package import CommandSupport
import LabelChange

/// The program, for its own executable and for the suite's.
package var program: any Program.Type { ResizeGuard.self }

struct ResizeGuard: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-resize-guard",
    abstract: "Change the size of a virtual NVDIMM's backend without loss, or guard its layout.",
    discussion: """
      SIZE is the new file size, label area included: 64M, or +16M or -16M for a change. The label area moves to the \
      new end. A crash at any point leaves the old state, the new state, or a state that vnvdimm-migrate-labels repair \
      completes.

      EXAMPLES
        vnvdimm-resize-guard plan nv.img +16G
        vnvdimm-resize-guard run nv.img -- qemu-system-x86_64 ...

      Each rule: man vnvdimm-resize-guard
      """, version: Suite.version,
    subcommands: [Plan.self, Apply.self, Seal.self, Verify.self, Run.self])

  static func prepared(_ arguments: [String]) -> [String] {
    checkVerb(of: arguments)
    let own = arguments.prefix { $0 != "--" }.map { argument in
      // -16M is a SIZE, but would be read as options.
      argument.hasPrefix("-") && argument.dropFirst().first?.isNumber == true
        ? "\(ResizeTarget.minus)\(argument.dropFirst())" : argument
    }
    let rest = arguments.dropFirst(own.count)
    guard own.first == "run" else { return own + rest }
    // The parser does not support a list of paths followed by a command.
    return own + rest.dropFirst().flatMap { ["--\(Run.commandOption)", $0] }
  }

  /// Formerly the size preceded the path, and `apply` made plans too.
  static func call(insteadOf arguments: [String]) -> Hint? {
    guard let verb = arguments.first, verb == "plan" || verb == "apply" else { return nil }
    let words = CommandWords(
      arguments.dropFirst(),
      optionsWithValue: [
        "--size", "--label-size", "--align", "--slot", "--qemu-version", "--arch", "--sidecar", "--backup",
      ])
    var operands = words.operands
    let areSwapped = operands.count == 2 && Self.isSize(operands[0]) && !Self.isSize(operands[1])
    if areSwapped { operands.swapAt(0, 1) }
    var options = words.options
    let isPlan = options.contains { $0.name == "--dry-run" || $0.name == "-n" }
    guard areSwapped || isPlan else { return nil }
    if isPlan { options.removeAll { ["--dry-run", "-n", "--backup", "--no-backup"].contains($0.name) } }
    let call =
      [programName, isPlan ? "plan" : verb] + operands.map { $0.replacing("\(ResizeTarget.minus)", with: "-") }
    return .command(ShellCommand(words: call + options.flatMap { [$0.name] + [$0.value].compactMap(\.self) }))
  }

  private static func isSize(_ text: String) -> Bool { (try? ResizeTarget(parsing: text)) != nil }
}
