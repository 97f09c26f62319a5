import Foundation
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips the test, with the reason in the count of skipped tests, if this user cannot use KVM.
  static var needsKVM: Self {
    // Safe: the text lives for the call.
    .enabled(if: unsafe access("/dev/kvm", R_OK | W_OK) == 0, "needs /dev/kvm")
  }
}

/// A guest of a few instructions for `vnvdimm emulate --engine kvm`, in a folder of its own.
struct EmulatedGuest {
  let folder: TemporaryDirectory

  /// Makes a guest whose kernel runs `payload`.
  init(_ payload: Payload, release: String = "0") throws {
    folder = try TemporaryDirectory()
    try TinyKernel.image(payload, release: release).write(to: folder.url.appendingPathComponent("kernel"))
  }

  /// Makes a guest whose kernel runs the payload that `build` assembles.
  init(release: String = "0", _ build: (inout Payload) -> Void) throws { try self.init(.with(build), release: release) }

  /// Returns the command line; `@` in `options` stands for the folder.
  func arguments(_ options: String) -> [String] {
    ["emulate", "--engine", "kvm", "-m", "64M,slots=2,maxmem=1G", "-kernel", folder.path("kernel")]
      + options.split(separator: " ").map { $0.replacingOccurrences(of: "@", with: folder.url.path) }
  }

  /// Runs the guest to its end.
  func run(_ options: String = "", input: Data = Data()) throws -> ProgramRun {
    try ProgramRun("vnvdimm", arguments(options), input: input)
  }

  /// Starts the guest.
  func start(
    _ options: String = "", input: FileHandle = .nullDevice, output: FileHandle = .nullDevice,
    diagnostics: FileHandle? = nil
  ) throws -> RunningProgram {
    try RunningProgram("vnvdimm", arguments(options), input: input, output: output, diagnostics: diagnostics)
  }

  /// Makes a sparse file of `size` bytes and returns its path.
  func makeFile(_ name: String, size: UInt64) throws -> String {
    try Data().write(to: folder.url.appendingPathComponent(name))
    try FileHandle(forWritingTo: folder.url.appendingPathComponent(name)).truncate(atOffset: size)
    return folder.path(name)
  }
}

/// A terminal without a user, for tests of a program's terminal settings: the program has it as standard input.
final class PseudoTerminal {
  /// The user's end of the terminal.
  let keyboard: FileHandle
  /// The program's end of the terminal.
  let line: FileHandle

  init() throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    // Safe: both numbers are written for the call; no name, no settings.
    try #require(unsafe openpty(&master, &slave, nil, nil, nil) == 0)
    keyboard = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    line = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
  }

  /// Whether the terminal processes input by lines, and whether Ctrl-C sends a signal.
  var modes: (isCooked: Bool, sendsSignals: Bool) {
    var settings = termios()
    // Safe: the settings live for the call.
    _ = unsafe tcgetattr(line.fileDescriptor, &settings)
    return (settings.c_lflag & tcflag_t(ICANON) != 0, settings.c_lflag & tcflag_t(ISIG) != 0)
  }
}

extension String {
  /// The error output of emulate without its advice on sizes, which these small backends all get.
  var withoutSizeAdvice: String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false)
    while let advice = lines.firstIndex(where: { $0.contains(": warning: guest-alignment: ") }) {
      lines.remove(at: advice)
      if advice < lines.count, lines[advice].hasPrefix("hint: vnvdimm-resize-guard apply ") { lines.remove(at: advice) }
    }
    return lines.joined(separator: "\n")
  }
}
