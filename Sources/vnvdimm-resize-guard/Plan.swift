import ArgumentParser
import CommandSupport
import LabelChange
import Storage
import SystemPackage

/// `plan PATH SIZE`: shows what a change of the length would do, and what it would lose.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what another length would do and lose; change nothing.",
    usage: "vnvdimm-resize-guard plan [<options>] <path> <size>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard plan nv.img +16G
      """)

  @OptionGroup var options: ResizeOptions

  func run() throws {
    let backend = try Backend(path: FilePath(options.path))
    let plan = try ResizePlan(of: backend, options)
    for transaction in plan.transactions { try backend.checkRoom(for: transaction.steps) }
    try ResizeAnswer(plan, isDone: false).print(options.output)
    throw plan.status.exitCode
  }
}
