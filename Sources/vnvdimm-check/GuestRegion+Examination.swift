import Basics
import PersistentMemory
import QEMU
import Storage

extension GuestRegion {
  /// What the guest sees of the backend, as the DIMM in `slot`: nil where QEMU does not start, and on architectures
  /// other than x86_64, whose kernels divide memory differently. `node` and `isUnarmed` are the device's.
  static func examined(
    in examination: borrowing BackendExamination, _ prediction: BackendPrediction, labels: LabelArea?, slot: Int?,
    node: UInt32 = 0, isUnarmed: Bool = false, _ architecture: Architecture
  ) throws(BackendError) -> GuestRegion? {
    guard architecture == .x86_64, prediction.outcome == .starts, let slot, let place = prediction.placement else {
      return nil
    }
    let device = NVDIMMDescription(
      slot: slot, base: place.address, length: place.size, node: node, isUnarmed: isUnarmed)
    return try GuestRegion(device, labels: labels) { (offset, count) throws(BackendError) in
      try examination.mappedBytes(at: offset, count: count)
    }
  }
}

extension BackendExamination {
  /// The bytes as the guest finds them: zeros where QEMU has yet to make the file, or to make it longer.
  fileprivate borrowing func mappedBytes(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    let length = state.length ?? 0
    let stored = offset < length ? Int(min(UInt64(count), length - offset)) : 0
    let bytes = stored > 0 ? try read(at: offset, count: stored) : []
    return bytes + [UInt8](repeating: 0, count: count - stored)
  }
}
