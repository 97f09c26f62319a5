import Foundation

/// A command of the host that the lab needs.
struct HostCommand {
  private let name: String
  private let arguments: [String]

  init(_ name: String, _ arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// A command that did not do its work.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Where what a command says goes.
  enum Output {
    case file(URL)
    case inherited
  }

  /// Runs it to its end.
  func run(output: Output, accepting statuses: ClosedRange<Int32> = 0...0) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["PATH", default: "/usr/bin:/bin"] += ":/usr/sbin:/sbin"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    if case .file(let url) = output {
      try Data().write(to: url)
      let file = try FileHandle(forWritingTo: url)
      process.standardOutput = file
      process.standardError = file
    }
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, statuses.contains(process.terminationStatus) else {
      throw Failure(description: "\(name) \(arguments.joined(separator: " ")): status \(process.terminationStatus)")
    }
  }
}
