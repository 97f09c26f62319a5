import CLinux
import Firmware
import Glibc

extension Machine {
  /// Puts `dimm` into a machine that may run meanwhile, and tells the guest.
  ///
  /// The guest reads `_FIT` by one request, whole, so that it needs no sign that the table changed between two.
  package func plug(_ dimm: DIMM) throws(Failure) {
    let contents: GuestHardware.Contents
    do { contents = try hardware.contents(with: dimm) } catch { throw .hardware(error) }
    do { try show(dimm) } catch { throw .kvm(error) }
    hardware.accept(contents)
    doorbell.plug(dimm)
    events.raise(.nvdimmPlugged)
  }

  /// Presses the power button; what follows is the guest's choice.
  package func pressPowerButton() { events.raise(.powerButton) }

  /// Holds every CPU, and waits until none is in the guest.
  ///
  /// One whose output blocks enters the guest no more, and is not waited for longer than a second.
  package func pause() {
    gate.close()
    let end = ContinuousClock.now + .seconds(1)
    while gate.waiters < processorCount, ending.ending == nil, ContinuousClock.now < end {
      interruptProcessors()
      usleep(500)
    }
  }

  package func resume() { gate.open() }
}
