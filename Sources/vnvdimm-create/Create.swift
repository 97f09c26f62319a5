import ArgumentParser
import CommandSupport

@main
struct Create: Program {
  static let configuration = CommandConfiguration(commandName: "vnvdimm-create")
}
