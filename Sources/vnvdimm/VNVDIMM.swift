import ArgumentParser
import CommandSupport

/// `vnvdimm VERB …`: the map of the suite, and the way to its programs.
@main
struct VNVDIMM: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm", abstract: "Tools for virtual NVDIMM backends.", usage: "vnvdimm VERB [ARGUMENT ...]",
    discussion: discussion, version: Suite.version)

  private static let discussion = """
    VERBS
    \(Verb.allCases.map { "  \($0.rawValue.padded(to: 12)) \($0.summary)" }.joined(separator: "\n"))

    `vnvdimm VERB --help` says more; `vnvdimm VERB` is also `vnvdimm-VERB`, which lies beside this program.
    """

  @Argument(help: .hidden)
  var verb: String?

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Before anything is parsed: all that follows a verb is the verb's.
    switch arguments.first.flatMap(Verb.init(rawValue:)) {
    case .emulate?: Emulate.main(Array(arguments.dropFirst()))
    case let verb?: verb.execute(Array(arguments.dropFirst()))
    case nil: main(arguments)
    }
  }

  func run() throws {
    guard let verb else { return try StandardStream.answer(Self.helpMessage()) }
    let nearest = Verb.nearest(to: verb).map { "vnvdimm \($0.rawValue)" }
    throw CommandFailure(.usage, verb, "no such verb", hint: nearest ?? "vnvdimm --help")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
