import Basics
import PersistentMemory

/// The lock of an NVDIMM (NVDIMM DSM Interface 2.0, 3.18 to 3.27). All layouts are without the status.
extension DeviceMethods {
  /// Get Security State (3.18). The bits have the names of Linux `drivers/acpi/nfit/intel.h`.
  private enum StateField {
    static let extended = Field<UInt8>("extended security state", at: 0)
    static let state = Field<UInt8>("security state", at: 4)
    static let size = 8

    static let enabled: UInt8 = 1 << 1
    static let locked: UInt8 = 1 << 2
    static let frozen: UInt8 = 1 << 3
    static let passphraseLimit: UInt8 = 1 << 4
    static let overwrite: UInt8 = 1 << 6

    static let masterEnabled: UInt8 = 1 << 0
    static let masterLimit: UInt8 = 1 << 1
  }

  static func securityData(_ security: DIMMSecurity) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: StateField.size)
    data[StateField.extended] = StateField.masterEnabled | (security.master.isExpired ? StateField.masterLimit : 0)
    data[StateField.state] =
      (security.user.secret != nil ? StateField.enabled : 0) | (security.isLocked ? StateField.locked : 0)
      | (security.isFrozen ? StateField.frozen : 0) | (security.user.isExpired ? StateField.passphraseLimit : 0)
      | (security.erasure != nil ? StateField.overwrite : 0)
    return data
  }

  /// Returns the passphrase at the start of `argument`.
  static func passphrase(_ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    guard let passphrase = argument.block(at: 0, count: DIMMSecurity.passphraseSize) else {
      throw MethodRefusal(.invalid)
    }
    return passphrase
  }

  /// Returns the old passphrase at the start of `argument` and the new one after it.
  static func passphrases(_ argument: [UInt8]) throws(MethodRefusal) -> (old: [UInt8], new: [UInt8]) {
    let old = try passphrase(argument)
    return (old, try passphrase(Array(argument.dropFirst(DIMMSecurity.passphraseSize))))
  }
}

extension DeviceMethods.Device {
  /// Changes the lock of the device. The condition also records attempts that are refused.
  func changeSecurity(
    _ body: @Sendable (inout DIMMSecurity) throws(DIMMSecurity.Refusal) -> Void
  ) throws(MethodRefusal) {
    let refusal = try change { condition -> DIMMSecurity.Refusal? in
      do throws(DIMMSecurity.Refusal) { try body(&condition.security) } catch { return error }
      return nil
    }
    if let refusal { throw MethodRefusal(refusal) }
  }

  /// Erases what `body` marks for erasure.
  func erase(_ body: @Sendable (inout DIMMSecurity) throws(DIMMSecurity.Refusal) -> Void) throws(MethodRefusal) {
    guard !media.isReadOnly else { throw MethodRefusal(.notSupported) }
    try changeSecurity(body)
    do throws(StorageFailure) { try media.finishErasure() } catch { throw MethodRefusal(MethodStatus(error)) }
  }

  /// Starts to erase everything while the guest continues.
  func overwrite(_ passphrase: [UInt8]) throws(MethodRefusal) {
    guard !media.isReadOnly else { throw MethodRefusal(.notSupported) }
    try changeSecurity { (security) throws(DIMMSecurity.Refusal) in try security.erase(.everything, passphrase) }
    media.startErasure()
  }

  /// Refused until everything is overwritten, or if there was no overwrite (Query Overwrite Status, 3.25: 1 and 2).
  func checkOverwrite() throws(MethodRefusal) {
    let security = condition.value.security
    guard security.erasure == nil else { throw MethodRefusal(.extended(1)) }
    guard security.isOverwritten else { throw MethodRefusal(.extended(2)) }
  }
}

extension MethodRefusal {
  init(_ refusal: DIMMSecurity.Refusal) {
    switch refusal {
    case .state: self.init(.invalidState)
    case .passphrase: self.init(.wrongPassphrase)
    }
  }
}
