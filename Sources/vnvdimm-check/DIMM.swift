import Basics
import PersistentMemory

/// An NVDIMM of a machine: its backend, and what QEMU is told of it.
struct DIMM: Sendable {
  /// Of the memory backend; it occurs in messages.
  var id: String
  var path: String
  /// S; nil: the size of the file.
  var mappedSize: ByteCount?
  var labelSize: LabelSize
  /// A; nil: what QEMU takes.
  var alignment: ByteCount?
  /// Nil: the lowest free one.
  var slot: Int?
  /// Whether its slot follows from what was said. One backend alone may be any DIMM of its machine.
  var isSlotSettled: Bool
}
