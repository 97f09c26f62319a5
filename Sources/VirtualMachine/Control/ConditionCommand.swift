import Basics
package import Firmware
package import PersistentMemory

/// An action of the host on an NVDIMM, to test the software that uses it.
package enum ConditionCommand: Equatable, Sendable {
  /// Makes the lines that a DPA range touches unreadable. The guest is told at once if `isTold`; otherwise it finds out
  /// by itself.
  case injectErrors(Range<UInt64>, isTold: Bool)
  /// Makes the lines readable again, with their former contents.
  case clearErrors(Range<UInt64>)
  /// Sets health values; the words are those of `DIMMHealth.set`.
  case setHealth([String])
  /// Simulates a loss of power before everything is saved.
  case shutDownUnsafely
  /// Makes a function of `_DSM` return a status; with status 0 it returns its own again.
  case fail(function: UInt32, status: UInt32)

  package enum Failure: Error, Equatable, Sendable {
    /// The range does not lie within the guest's region, which has this size in bytes.
    case outside(size: UInt64)
    case tooManyErrors
    case setting(DIMMHealth.SettingError)
    /// The change cannot be kept beside the backend.
    case unkept
  }
}

extension GuestHardware {
  /// Applies `command` to the NVDIMM in `slot`. Returns the notification for the guest, if any.
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
  /// Applies `command` to the NVDIMM in `slot` and notifies the guest.
  package func perform(_ command: ConditionCommand, slot: Int) throws(ConditionCommand.Failure) {
    if let notification = try hardware.perform(command, slot: slot) { events.raise(notification) }
  }

  /// The condition of each NVDIMM, by slot.
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
