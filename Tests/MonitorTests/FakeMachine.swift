import Monitor
import PersistentMemory
import QEMU
import VirtualMachine

/// A machine without a guest, on a host where no file exists yet. It has 256 MiB, three slots, room up to 512 MiB, and
/// one NVDIMM from the start.
final class FakeMachine: MonitoredMachine {
  var runState = MachineControl.RunState.prelaunch
  let baseMemory: UInt64 = 256 << 20
  /// The requests that the machine has received.
  var requests: [String] = []
  private var startup: MachineStartup

  init() throws {
    var configuration = try MachineConfiguration(arguments: [
      "-machine", "q35,nvdimm=on", "-m", "256M,slots=3,maxmem=512M", "-object",
      "memory-backend-file,id=m0,mem-path=m0.img,size=64M,share=on", "-device",
      "nvdimm,id=nv0,memdev=m0,label-size=128K",
    ])
    try configuration.settle { _, _, _ in nil }
    startup = MachineStartup(configuration.command, SizingRules(.newest)) { path in
      HostPath(forWriting: .missing, forReading: .missing, identity: path)
    }
    startup.run()
    if let stop = startup.prediction.stop { throw stop }
  }

  var prediction: MachinePrediction { startup.prediction }

  func perform(_ command: HotplugCommand) throws(MonitorError) {
    var next = startup
    do { try next.perform(command) } catch { throw MonitorError(error) }
    startup = next
  }

  /// The condition of its NVDIMM.
  var condition = DIMMCondition()
  var conditions: [Int: DIMMCondition] { [0: condition] }

  func perform(_ command: ConditionCommand, slot: Int) throws(MonitorError) { requests.append("\(command) \(slot)") }

  func pause() { if runState == .running { runState = .paused } }
  func resume() { runState = .running }
  func pressPowerButton() { requests.append("powerdown") }
  func reset() { requests.append("reset") }
  func quit() { requests.append("quit") }
}
