import ArgumentParser
import CommandSupport

@main
struct Check: Program {
  static let configuration = CommandConfiguration(commandName: "vnvdimm-check")
}
