import BackendStorage
import Glibc
import Testing

@Suite("Signals while something is half done") struct TerminationHoldTests {
  @Test("one that is ignored, as under nohup(1), asks for no end")
  func ignoredSignal() throws {
    // Of this process, in which nobody else uses them.
    let (hangup, pipe) = (signal(SIGHUP, SIG_IGN), signal(SIGPIPE, SIG_IGN))
    defer {
      _ = signal(SIGHUP, hangup)
      _ = signal(SIGPIPE, pipe)
    }
    let hold = TerminationHold()
    pthread_kill(pthread_self(), SIGHUP)
    pthread_kill(pthread_self(), SIGPIPE)
    #expect(!TerminationHold.isEndRequested)
    withExtendedLifetime(hold) {}
  }
}
