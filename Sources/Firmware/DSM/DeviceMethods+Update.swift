import Basics
import PersistentMemory

/// The update of an NVDIMM's firmware (NVDIMM DSM Interface 2.0, 3.11 to 3.15). All layouts are without the status.
extension DeviceMethods {
  /// Get Firmware Info (3.11).
  private enum InformationField {
    static let storageSize = Field<UInt32>("size of the firmware storage", at: 0)
    static let sendLimit = Field<UInt32>("maximum length of one send", at: 4)
    static let version = Field<UInt32>("version of the firmware interface", at: 20)
    static let running = Field<UInt64>("running revision", at: 24)
    static let staged = Field<UInt64>("updated revision", at: 32)
    static let size = 40
  }

  /// The length of the data of one send.
  private static let sendLimit = MethodWindow.transferLimit

  /// The intervals in which to query stay 0: an update takes no time.
  static func firmwareData(_ firmware: DIMMFirmware) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: InformationField.size)
    data[InformationField.storageSize] = UInt32(DIMMFirmware.storageSize)
    data[InformationField.sendLimit] = UInt32(sendLimit)
    // Version 1.5, in binary-coded decimal.
    data[InformationField.version] = 0x0105
    data[InformationField.running] = firmware.running
    data[InformationField.staged] = firmware.staged ?? 0
    return data
  }

  /// Start Firmware Update (3.12): returns the context.
  static func startUpdate(of device: Device) throws(MethodRefusal) -> [UInt8] {
    bytes(try device.changeFirmware { (firmware) throws(DIMMFirmware.Refusal) in try firmware.start() })
  }

  /// Send Firmware Update Data (3.13).
  static func sendUpdate(to device: Device, _ argument: [UInt8]) throws(MethodRefusal) {
    guard argument.count >= 12 else { throw MethodRefusal(.invalid) }
    let (context, offset, length): (UInt32, UInt32, UInt32) =
      (argument.load(at: 0), argument.load(at: 4), argument.load(at: 8))
    let data = argument[12...].prefix(Int(length))
    guard length <= sendLimit, data.count == length else { throw MethodRefusal(.invalid) }
    try device.changeFirmware { (firmware) throws(DIMMFirmware.Refusal) in
      try firmware.send(data, at: Int(offset), context: context)
    }
  }

  /// Finish Firmware Update (3.14). Control flags: 0 to finish, 1 to abort. An abort that succeeds has a status too.
  static func finishUpdate(of device: Device, _ argument: [UInt8]) throws(MethodRefusal) {
    guard argument.count >= 8, argument[0] <= 1 else { throw MethodRefusal(.invalid) }
    let (isAbort, context) = (argument[0] == 1, argument.load(UInt32.self, at: 4))
    try device.changeFirmware { (firmware) throws(DIMMFirmware.Refusal) in
      if isAbort { try firmware.abort() } else { try firmware.finish(context: context) }
    }
    if isAbort { throw MethodRefusal(.extended(4)) }
  }

  /// Finish Firmware Query (3.15): returns the staged revision.
  static func queryUpdate(of device: Device, _ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    guard argument.count >= 4 else { throw MethodRefusal(.invalid) }
    do throws(DIMMFirmware.Refusal) {
      return numbers(try device.condition.value.firmware.finished(context: argument.load(at: 0)))
    } catch { throw MethodRefusal(error) }
  }
}

extension DeviceMethods.Device {
  /// Changes the firmware of the device. Refused if the update does not allow it or the change cannot be kept.
  fileprivate func changeFirmware<Value: Sendable>(
    _ body: @Sendable (inout DIMMFirmware) throws(DIMMFirmware.Refusal) -> Value
  ) throws(MethodRefusal) -> Value {
    let result = try change { condition in
      Result { () throws(DIMMFirmware.Refusal) in try body(&condition.firmware) }
    }
    do throws(DIMMFirmware.Refusal) { return try result.get() } catch { throw MethodRefusal(error) }
  }
}

extension MethodRefusal {
  /// The numbers of the extended statuses of functions 13 to 16.
  fileprivate init(_ refusal: DIMMFirmware.Refusal) {
    switch refusal {
    case .busy, .context: self.init(.extended(1))
    case .alreadyStaged: self.init(.extended(2))
    case .badImage: self.init(.extended(3))
    case .sequence: self.init(.extended(4))
    case .range: self.init(.invalid)
    }
  }
}
