package import Foundation

/// One complete run of a program of the suite, or of any other command.
package struct ProgramRun: Sendable {
  package let status: Int32
  package let output: Data
  package let errors: String

  package var text: String { String(decoding: output, as: UTF8.self) }

  /// Runs `program`, built with the tests, with `arguments` and `input` as standard input.
  package init(_ program: String, _ arguments: [String], input: Data = Data(), in folder: URL? = nil) throws {
    try self.init(executable: Self.products.appendingPathComponent(program), arguments, input: input, in: folder)
  }

  package init(executable: URL, _ arguments: [String], input: Data = Data(), in folder: URL? = nil) throws {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    // Files, not pipes, so that no amount of output can block the program.
    let scratch = try TemporaryDirectory()
    let files = ["in", "out", "err"].map { scratch.url.appendingPathComponent($0) }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try Self.start(process)
    process.waitUntilExit()
    // A signal gives 128 + its number, as in a shell.
    status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    output = try Data(contentsOf: files[1])
    errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    let isAsked =
      executable.lastPathComponent.hasPrefix("vnvdimm") && arguments.prefix { $0 != "--" }.contains("--json")
    if isAsked, !output.isEmpty { try AnswerSchema.validate(text) }
  }

  /// Starts `process` as a shell would: threads of a test block signals, and a program would inherit that.
  ///
  /// If the test does not set the releases, answers are about releases that do not depend on installed programs.
  static func start(_ process: Process) throws {
    process.environment = (process.environment ?? ProcessInfo.processInfo.environment)
      .merging(["VNVDIMM_QEMU_VERSION": "11.1", "VNVDIMM_LIBVIRT_VERSION": "12.9"]) { given, _ in given }
    var none = sigset_t()
    var held = sigset_t()
    // Safe: both sets live for the calls.
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &held)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &held, nil) }
    try process.run()
  }

  /// The folder of the built programs: the one that holds the running test bundle.
  package static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
}
