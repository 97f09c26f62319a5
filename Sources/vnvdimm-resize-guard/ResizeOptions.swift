import ArgumentParser
import Basics
import CommandSupport
import LabelChange

/// The options of `plan` and `apply`.
struct ResizeOptions: ParsableArguments {
  @Argument(help: "The backend: a file.", completion: .file(), transform: utf8Path)
  var path: String

  @Argument(
    help: ArgumentHelp("The new file size: SIZE, +SIZE or -SIZE.", valueName: "size"),
    transform: resizeTarget)
  var target: ResizeTarget

  @Flag(help: "Allow the backend to become shorter.")
  var allowShrink = false

  @Flag(help: "Discard what lies beyond the new end.")
  var discardData = false

  @OptionGroup(title: "Start") var start: StartOptions
  @OptionGroup var output: AnswerOptions
}

/// Reads SIZE.
private func resizeTarget(_ text: String) throws -> ResizeTarget {
  do throws(ByteCountError) { return try ResizeTarget(parsing: text) } catch {
    throw ValidationError(error.description)
  }
}
