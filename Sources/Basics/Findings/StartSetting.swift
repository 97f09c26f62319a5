/// A setting of a start of QEMU that makes a finding go away. All sizes are in bytes; `nil` omits the option.
package enum StartSetting: Hashable, Sendable {
  /// `size=` of the backend.
  case mappedSize(UInt64)
  /// `align=` of the backend.
  case alignment(UInt64?)
  /// `label-size=` of the device.
  case labelSize(UInt64?)
  /// `slot=` of the device.
  case slot(Int?)
  /// `slots=` of the machine.
  case slotCount(UInt64)
  /// `share=on` of the backend.
  case shared
  /// `discard-data=off` of the backend.
  case keepsData
  /// `addr=` of the device.
  case address(UInt64?)
  /// `memaddr=` of a virtio-pmem.
  case virtioAddress(UInt64)
}

extension [StartSetting] {
  /// The settings as QEMU's options: `size=270532608,label-size=2097152`; it also says which options to omit.
  package var options: String {
    let given = compactMap(\.option).joined(separator: ",")
    let left = compactMap(\.omission).joined(separator: ", ")
    return [given, left].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension StartSetting {
  fileprivate var option: String? {
    switch self {
    case .mappedSize(let size): "size=\(size)"
    case .alignment(let size): size.map { "align=\($0)" }
    case .labelSize(let size): size.map { "label-size=\($0)" }
    case .slot(let slot): slot.map { "slot=\($0)" }
    case .slotCount(let count): "-m slots=\(count)"
    case .shared: "share=on"
    case .keepsData: "discard-data=off"
    case .address(let address): address.map { "addr=\($0.hex)" }
    case .virtioAddress(let address): "memaddr=\(address.hex)"
    }
  }

  fileprivate var omission: String? {
    switch self {
    case .alignment(nil): "no align="
    case .labelSize(nil): "no label-size="
    case .slot(nil): "no slot="
    case .address(nil): "no addr="
    case .mappedSize, .alignment, .labelSize, .slot, .slotCount, .shared, .keepsData, .address, .virtioAddress: nil
    }
  }
}
