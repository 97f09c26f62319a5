import ArgumentParser
import CommandSupport
import Storage
import SystemPackage

/// `plan SIZE PATH`: what a change of the length would do, and what it would lose.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what another length would do, and what it would lose; change nothing.",
    usage: "vnvdimm-resize-guard plan [<options>] <size> <path>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard plan +16G nv.img
      """)

  @OptionGroup var options: ResizeOptions

  func run() throws {
    let backend = try Backend(path: FilePath(options.path))
    let plan = try ResizePlan(of: backend, options)
    try ResizeAnswer(plan, isDone: false).print(options.output)
    throw plan.status.exitCode
  }
}
