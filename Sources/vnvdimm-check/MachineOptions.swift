import VNVDIMMCore

/// What the options say of a machine and its NVDIMMs; see `Check`.
struct MachineOptions: Sendable {
  var mappedSize: ByteCount?
  var labelSize: LabelSize
  var alignment: ByteCount?
  /// For each path in turn; -1 is QEMU's own word for any slot.
  var slotNumbers: [Int]
  var ram: ByteCount?
  var slots: UInt64?
  var maximum: ByteCount?

  init(_ options: Check) {
    mappedSize = options.mappedSize
    labelSize = options.labelSize
    alignment = options.align
    slotNumbers = options.slotNumbers
    ram = options.ram
    slots = options.slots
    maximum = options.maxmem
  }
}
