import ArgumentParser
import CommandSupport
import Storage
import SystemPackage

/// `verify PATH`: compares a backend, and what a start will use, with the layout fingerprint.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare the backend with its fingerprint before a guest starts.",
    usage: "vnvdimm-resize-guard verify [<options>] <path>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard verify --qemu-version 8.2 --size 258M nv.img
      """)

  @Argument(help: "The backend: a file, a block device, a DAX device.", completion: .file(), transform: utf8Path)
  var path: String

  @OptionGroup(title: "Start") var start: StartOptions
  @OptionGroup var output: AnswerOptions

  func run() throws {
    let backend = try Backend(path: FilePath(path))
    try backend.checkSettled()
    let answer = try LayoutAnswer(verifying: backend, start)
    try answer.print(output)
    throw answer.status.exitCode
  }
}
