package import PersistentMemory
package import QEMU
package import VirtualMachine

/// The machine that an emulation runs, as monitors see it. It belongs to the thread of the emulation's loop.
package final class EmulatedMachine: MonitoredMachine {
  private let control: MachineControl
  private var assembly: MachineAssembly

  package init(_ control: MachineControl, _ assembly: MachineAssembly) {
    self.control = control
    self.assembly = assembly
  }

  package var runState: MachineControl.RunState { control.runState }
  package var baseMemory: UInt64 { assembly.startup.ram }
  package var prediction: MachinePrediction { assembly.startup.prediction }

  package func perform(_ command: HotplugCommand) throws(MonitorError) {
    do { try assembly.perform(command, on: control.machine) } catch { throw MonitorError(error) }
  }

  package func perform(_ command: ConditionCommand, slot: Int) throws(MonitorError) {
    guard let machine = control.machine else { throw MonitorError("the guest is between two lives") }
    do { try machine.perform(command, slot: slot) } catch { throw MonitorError("\(error)") }
  }

  package var conditions: [Int: DIMMCondition] { control.machine?.conditions ?? [:] }

  package func pause() { control.pause() }
  package func resume() { control.resume() }
  package func pressPowerButton() { control.pressPowerButton() }
  package func reset() { control.reset() }
  package func quit() { control.quit() }
}
