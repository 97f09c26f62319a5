package import Glibc
package import SystemPackage

/// A command that is timed from its start; its standard output is a pipe to this process, or goes nowhere.
package struct TimedProcess: ~Copyable {
  package let start: ContinuousClock.Instant
  package let id: pid_t
  /// The read end of the pipe; nil where the output goes nowhere.
  package let output: FileDescriptor?

  /// How a command came to its end.
  package struct Ending: Sendable {
    /// As a shell gives it.
    package let status: Int32
    /// From its start until it was waited for.
    package let wall: Duration
    /// Of all its threads, in user and kernel mode.
    package let processor: Duration
    /// The most memory that it had, in bytes.
    package let peakMemory: UInt64
  }

  /// Starts the program that `command` begins with, found on PATH. Standard input is empty.
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

  /// Ends the command at once.
  package func kill() { Glibc.kill(id, SIGKILL) }

  /// Waits for the end of the command.
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

  /// In nanoseconds.
  package var nanoseconds: Double { Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9 }
}

extension Errno {
  /// What a call of System's threw, which is nothing else.
  fileprivate init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
