import ArgumentParser
import CommandSupport

@main
struct LabelDump: Program {
  static let configuration = CommandConfiguration(commandName: "vnvdimm-label-dump")
}
