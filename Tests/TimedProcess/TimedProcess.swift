package import Glibc
package import SystemPackage

/// A command that is timed from its start. Its standard output is a pipe to this process, or is discarded.
package struct TimedProcess: ~Copyable {
  package let start: ContinuousClock.Instant
  package let id: pid_t
  /// The read end of the pipe, or `nil` if the output is discarded.
  package let output: FileDescriptor?

  /// The end of a command.
  package struct Ending: Sendable {
    /// The exit status, as a shell gives it.
    package let status: Int32
    /// The time from the start until the command was waited for.
    package let wall: Duration
    /// The processor time of all threads, in user and kernel mode.
    package let processor: Duration
    /// The command's peak memory in bytes.
    package let peakMemory: UInt64
  }

  /// Starts the program named first in `command`, found on PATH. Standard input is empty.
  package init(_ command: [String], readsOutput: Bool = false, isSilent: Bool = true) throws(Errno) {
    let null: FileDescriptor
    let pipe: (readEnd: FileDescriptor, writeEnd: FileDescriptor)?
    do {
      null = try FileDescriptor.open(FilePath("/dev/null"), .readWrite, options: .closeOnExec)
      pipe = readsOutput ? try FileDescriptor.pipe() : nil
    } catch { throw Errno(error) }
    // Safe: the actions, the texts and the environment live until the program has started.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_adddup2(&actions, null.rawValue, STDIN_FILENO)
    if let pipe { unsafe posix_spawn_file_actions_addclose(&actions, pipe.readEnd.rawValue) }
    unsafe posix_spawn_file_actions_adddup2(&actions, (pipe?.writeEnd ?? null).rawValue, STDOUT_FILENO)
    if isSilent { unsafe posix_spawn_file_actions_adddup2(&actions, null.rawValue, STDERR_FILENO) }
    var texts = unsafe command.map { unsafe strdup($0) } + [nil]
    var child: pid_t = 0
    let start = ContinuousClock.now
    let result = unsafe posix_spawnp(&child, command[0], &actions, nil, &texts, environ)
    unsafe texts.forEach { unsafe free($0) }
    unsafe posix_spawn_file_actions_destroy(&actions)
    try? null.close()
    try? pipe?.writeEnd.close()
    guard result == 0 else {
      try? pipe?.readEnd.close()
      throw Errno(rawValue: result)
    }
    self.start = start
    id = child
    output = pipe?.readEnd
  }

  /// Kills the command.
  package func kill() { Glibc.kill(id, SIGKILL) }

  /// Waits for the command to end.
  package consuming func wait() throws(Errno) -> Ending {
    var status: Int32 = 0
    var usage = rusage()
    // Safe: both values live for the call.
    while unsafe wait4(id, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
    let wall = ContinuousClock.now - start
    try? output?.close()
    let signal = status & 0x7f
    return Ending(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, wall: wall,
      processor: Duration(usage.ru_utime) + Duration(usage.ru_stime), peakMemory: UInt64(usage.ru_maxrss) << 10)
  }
}

extension Duration {
  fileprivate init(_ time: timeval) { self = .seconds(time.tv_sec) + .microseconds(time.tv_usec) }

  /// The duration in nanoseconds.
  package var nanoseconds: Double { Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9 }
}

extension Errno {
  /// Converts an error of a call to System, which throws only `Errno`.
  fileprivate init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
