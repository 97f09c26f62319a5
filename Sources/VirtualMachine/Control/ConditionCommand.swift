import Basics
package import Firmware
package import PersistentMemory

/// What a host does to an NVDIMM, for the test of whatever runs on it.
package enum ConditionCommand: Equatable, Sendable {
  /// The lines that a DPA range touches cannot be read from now on; the guest is told of it at once, or finds it.
  case injectErrors(Range<UInt64>, isTold: Bool)
  /// They can be read again, and hold what they held.
  case clearErrors(Range<UInt64>)
  /// Words as `DIMMHealth.set` takes them.
  case setHealth([String])
  /// The power goes while not everything is saved.
  case shutDownUnsafely
  /// A function of `_DSM` ends with a status, or as it would where that is 0.
  case fail(function: UInt32, status: UInt32)

  package enum Failure: Error, Equatable, Sendable {
    /// The range does not lie in the guest's region of so many bytes.
    case outside(size: UInt64)
    case tooManyErrors
    case setting(DIMMHealth.SettingError)
    /// What is to be kept cannot be.
    case unkept
  }
}

extension GuestHardware {
  /// Does `command` to the NVDIMM in `slot`; answers what the guest is to be told.
  package func perform(
    _ command: ConditionCommand, slot: Int
  ) throws(ConditionCommand.Failure) -> DeviceMethods.Notification? {
    guard let dimm = dimms.first(where: { $0.slot == slot }) else { return nil }
    switch command {
    case .injectErrors(let range, let isTold):
      try dimm.changeErrors(in: range) { $0.insert(range) }
      return isTold ? .mediaError : nil
    case .clearErrors(let range):
      try dimm.changeErrors(in: range) { $0.remove(range) }
      return nil
    case .setHealth(let words):
      let result = try dimm.change { condition in
        Result { () throws(DIMMHealth.SettingError) in try condition.health.set(words.map { $0[...] }) }
      }
      if case .failure(let error) = result { throw .setting(error) }
    case .shutDownUnsafely: try dimm.change { $0.health.shutDownUnsafely() }
    case .fail(let function, let status):
      dimm.condition.fail(function: function, status: status)
      return nil
    }
    return .health(slot: slot)
  }
}

extension DIMM {
  fileprivate func changeErrors(
    in range: Range<UInt64>, _ body: @Sendable (inout MediaErrors) -> Bool
  ) throws(ConditionCommand.Failure) {
    let size = geometry.regionSize
    guard !range.isEmpty, range.upperBound <= size else { throw .outside(size: size) }
    guard try change({ body(&$0.errors) }) else { throw .tooManyErrors }
  }

  fileprivate func change<Result: Sendable>(
    _ body: @Sendable (inout DIMMCondition) -> Result
  ) throws(ConditionCommand.Failure) -> Result {
    do throws(StorageFailure) { return try condition.change(body) } catch { throw .unkept }
  }
}

extension Machine {
  /// Does `command` to the NVDIMM in `slot`, and tells the guest.
  package func perform(_ command: ConditionCommand, slot: Int) throws(ConditionCommand.Failure) {
    if let notification = try hardware.perform(command, slot: slot) { events.raise(notification) }
  }

  /// The condition of each NVDIMM, by its slot.
  package var conditions: [Int: DIMMCondition] {
    Dictionary(uniqueKeysWithValues: hardware.dimms.map { ($0.slot, $0.condition.value) })
  }
}

extension ConditionCommand.Failure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .outside(let size): "the range does not lie in the NVDIMM (expected at most \(ByteCount(size).precise))"
    case .tooManyErrors: "an NVDIMM keeps at most \(MediaErrors.limit) ranges of media errors"
    case .setting(let error): "\(error)"
    case .unkept: "the change cannot be saved with the backend"
    }
  }
}
