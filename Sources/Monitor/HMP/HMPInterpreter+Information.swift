import Basics
import PersistentMemory
import QEMU
import VirtualMachine

extension HMPInterpreter {
  /// Returns the lines of `info` with `topic`, the same as QEMU's.
  func information(_ topic: String) -> [String] {
    guard !topic.isEmpty else { return HMPInformation.allCases.map(\.usage) }
    switch HMPInformation(rawValue: topic) {
    case nil: return ["unknown command: 'info \(topic)'"]
    case .status?: return ["VM status: \(status)"]
    case .version?: return ["7.2.0 (vnvdimm)"]
    case .memorySizeSummary?:
      return ["base memory: \(machine.baseMemory)", "plugged memory: \(machine.pluggedMemory)"]
    case .nvdimm?:
      return machine.nvdimmFacts.flatMap { facts, errors in
        facts.map(Self.line) + ["  media-errors: \(errors.ranges.count)"]
          + errors.ranges.map { "    \($0.lowerBound.hex)-\(($0.upperBound - 1).hex)" }
      }
    case .memoryDevices?: return machine.prediction.memoryDevices.flatMap(Self.lines)
    case .memdev?:
      let backends = machine.prediction.backendFacts.flatMap { id, facts in
        // QEMU puts two spaces before the size.
        ["memory backend: \(id)"] + facts.map { $0.key == "size" ? "  size:  \($0.value)" : Self.line($0) }
          + ["  host nodes: "]
      }
      return backends + [""]
    }
  }

  private var status: String {
    switch machine.runState {
    case .running: "running"
    case .paused: "paused"
    case .prelaunch: "paused (prelaunch)"
    }
  }

  private static func lines(of device: MemoryDeviceInformation) -> [String] {
    ["Memory device [\(device.type)]: \"\(device.id ?? "")\""]
      + device.facts.map { fact in
        guard case .integer(let number) = fact.value, fact.key.hasSuffix("addr") else { return line(fact) }
        return "  \(fact.key): \(UInt64(bitPattern: number).hex)"
      }
  }

  private static func line(_ fact: MonitorFact) -> String {
    "  \(fact.key): \(fact.value.text ?? fact.value.description)"
  }
}
