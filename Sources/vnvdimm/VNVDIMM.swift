import ArgumentParser
import CommandSupport

@main
struct VNVDIMM: Program {
  static let configuration = CommandConfiguration(commandName: "vnvdimm")
}
