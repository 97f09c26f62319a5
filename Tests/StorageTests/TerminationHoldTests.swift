import Glibc
import Storage
import Testing

@Suite("Signals while something is half done") struct TerminationHoldTests {
  /// Returns whether this thread blocks the signal `number`.
  private static func holdsBack(_ number: Int32) -> Bool {
    var mask = sigset_t()
    // Safe: nothing is changed, and the set is written for the call.
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    return unsafe sigismember(&mask, number) == 1
  }

  @Test("they wait, but not those that are ignored, as under nohup(1): they would be taken for a request to end")
  func ignoredSignal() {
    // Sets this thread's signals as a program finds them; other tests may have changed them.
    var (all, before) = (sigset_t(), sigset_t())
    // Safe: the sets live for the calls.
    unsafe sigemptyset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    let hangup = signal(SIGHUP, SIG_IGN)
    do {
      let hold = TerminationHold()
      #expect(Self.holdsBack(SIGTERM) && Self.holdsBack(SIGINT))
      #expect(!Self.holdsBack(SIGHUP))
      withExtendedLifetime(hold) {}
    }
    #expect(!Self.holdsBack(SIGTERM))
    _ = signal(SIGHUP, hangup)
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
