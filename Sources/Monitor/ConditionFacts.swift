import Basics
import PersistentMemory
import QEMU
import VirtualMachine

extension MonitoredMachine {
  /// The facts about each NVDIMM in slot order, without its media errors, and the media errors.
  var nvdimmFacts: [(facts: [MonitorFact], errors: MediaErrors)] {
    conditions.sorted { $0.key < $1.key }.map { slot, condition in
      let id = prediction.devices.first { $0.placement.slot == slot }?.option.id
      let device = [("slot", JSONValue.integer(Int64(slot)))] + (id.map { [("device", JSONValue.text($0))] } ?? [])
      return (device + condition.facts, condition.errors)
    }
  }
}

extension ConditionCommand {
  /// Returns the range of `length` bytes from `offset`. Throws if it is empty or exceeds 64 bits.
  static func range(_ offset: UInt64, _ length: UInt64) throws(MonitorError) -> Range<UInt64> {
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, length > 0 else { throw MonitorError("a range of media errors has at least one byte, and an end") }
    return offset..<end
  }
}
