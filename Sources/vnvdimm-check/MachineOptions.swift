import Basics
import PersistentMemory
import Storage

/// What is said of a machine, and of each NVDIMM in it.
struct MachineOptions: Sendable {
  var ram: ByteCount?
  /// Nil, as the maximum, where there is enough.
  var slots: UInt64?
  var maximum: ByteCount?
  /// What every namespace is to be given; nil where none is to be changed.
  var newMode: NamespaceMode?
  /// What the options say of every NVDIMM.
  private var mappedSize: ByteCount?
  /// One for all paths, or one for each in turn.
  private var labelSizes: [LabelSize] = []
  private var alignment: ByteCount?
  /// For each path in turn; -1 is QEMU's own word for any slot.
  private var slotNumbers: [Int] = []
  /// Who uses the backends.
  private(set) var processes = HostProcesses()

  /// Of a machine of which nothing is said.
  init() {}

  init(_ options: Check) {
    mappedSize = options.mappedSize
    labelSizes = options.labelSizes
    alignment = options.align
    slotNumbers = options.slotNumbers
    ram = options.ram
    slots = options.slots
    maximum = options.maxmem
    newMode = options.toMode
  }

  /// A machine with enough of everything.
  init(mappedSize: ByteCount?, labelSize: LabelSize, alignment: ByteCount?, slot: Int?) {
    self.mappedSize = mappedSize
    labelSizes = [labelSize]
    self.alignment = alignment
    slotNumbers = slot.map { [$0] } ?? []
  }

  /// The same for each of many machines.
  var ofMany: MachineOptions {
    var options = self
    options.processes = HostProcesses(many: true)
    return options
  }

  /// `paths` as NVDIMMs of one machine.
  func dimms(of paths: [String]) -> [DIMM] {
    paths.enumerated().map { index, path in
      let slot = slotNumbers.indices.contains(index) ? slotNumbers[index] : nil
      return DIMM(
        id: "mem\(index + 1)", path: path, mappedSize: mappedSize, labelSize: labelSize(ofPath: index),
        alignment: alignment, slot: slot == -1 ? nil : slot, isSlotSettled: paths.count > 1 || slot != nil)
    }
  }

  private func labelSize(ofPath index: Int) -> LabelSize {
    if labelSizes.count == 1 { return labelSizes[0] }
    return labelSizes.indices.contains(index) ? labelSizes[index] : .automatic
  }
}
