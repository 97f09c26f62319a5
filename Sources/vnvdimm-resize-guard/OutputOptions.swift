import ArgumentParser

/// How a verb answers.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but failures, and JSON.")
  var quiet = false
}
