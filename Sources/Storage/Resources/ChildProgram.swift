import CLinux
import Glibc
package import SystemPackage

/// A program that this process starts and waits for.
package enum ChildProgram {
  /// How a program ended.
  package struct Ending: Sendable {
    /// Its exit status as a shell reports it: 128 + the number of the signal that ended it.
    package let status: Int32
    /// The signal that asked this process to end meanwhile, and was passed on to the program.
    package let signal: Int32?
  }

  /// An object around a closure, to be passed through a C function.
  private final class Watch {
    let look: () -> Int32?
    init(_ look: @escaping () -> Int32?) { self.look = look }
  }

  /// Runs the program `path`, sought on PATH if it has no slash, until it ends, with `output` as its standard output.
  ///
  /// `arguments` begin with its name. `look` is called every `milliseconds` and returns the signal to send to the
  /// program, if any.
  package static func run(
    _ path: FilePath, _ arguments: [String], output: FileDescriptor = .standardOutput, every milliseconds: Int32 = 1000,
    look: @escaping () -> Int32? = { nil }
  ) throws(Errno) -> Ending {
    // Safe: the texts live until the program has ended.
    var texts = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    var passed: Int32 = 0
    let watch = Watch(look)
    // Safe: the object outlives the call and is used only during it.
    let result = withExtendedLifetime(watch) {
      unsafe path.withPlatformString { name in
        unsafe clinux_run_program(
          name, &texts, output.rawValue, &passed, milliseconds,
          { context in
            guard let context = unsafe context else { return 0 }
            return unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().look() ?? 0
          }, Unmanaged.passUnretained(watch).toOpaque())
      }
    }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    return Ending(status: result, signal: passed == 0 ? nil : passed)
  }
}
