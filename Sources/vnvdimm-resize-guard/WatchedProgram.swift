import CLinux
import Glibc
import SystemPackage

/// A program that runs while something is watched.
enum WatchedProgram {
  /// What a C function can be handed: a closure.
  private final class Watch {
    let look: () -> Void
    init(_ look: @escaping () -> Void) { self.look = look }
  }

  /// Runs the program `command[0]`, sought on PATH, to its end; answers its exit status, 128 + the number of the signal
  /// that ended it. Signals that ask this process to end are passed on. `look` is called every second.
  static func run(_ command: [String], look: @escaping () -> Void) throws(Errno) -> Int32 {
    // Safe: the texts live until the program has ended.
    var texts = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    var passed: Int32 = 0
    let watch = Watch(look)
    // Safe: the object outlives the call, in which alone it is used.
    let result = withExtendedLifetime(watch) {
      unsafe clinux_run_watched_program(
        command[0], &texts, &passed, 1000,
        { context in
          guard let context = unsafe context else { return }
          unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().look()
        }, Unmanaged.passUnretained(watch).toOpaque())
    }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    return result
  }
}
