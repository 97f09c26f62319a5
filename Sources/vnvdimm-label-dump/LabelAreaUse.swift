import Basics
import CommandSupport
import PersistentMemory
import Storage
import SystemPackage

/// The part of a backend that a start of the guest maps, which determines where the guest looks for labels.
struct LabelAreaUse {
  /// The mapped size in bytes.
  let mappedSize: UInt64
  /// The origin of the mapped size, for the reader.
  let origin: String
  /// The size of the backend in bytes.
  let fileSize: UInt64
  /// The contents of the place where the guest looks for labels; `nil` if that is the label area that was found.
  let other: LabelArea?

  /// `mappedSize` is the given size; `nil` for the whole file as QEMU maps it, in whole pages.
  init(of source: LabelAreaSource, in backend: borrowing Backend, mappedSize given: UInt64?) throws {
    mappedSize = given ?? backend.size.alignedDown(to: Architecture.x86_64.pageSize)
    fileSize = backend.size
    origin = given == nil ? "the file size" : "as given"
    guard source.location.end != mappedSize else {
      other = nil
      return
    }
    let size = UInt64(source.location.size)
    guard mappedSize.alignedDown(to: Architecture.x86_64.pageSize) > size else {
      throw CommandFailure(
        .unsupported, source.path, "no region can be laid out with these sizes",
        hint: .command("vnvdimm-check", path: source.path))
    }
    other = try LabelArea(backend.bytes(at: mappedSize - size, count: source.location.size))
  }

  /// Returns the end of the search for the area in `backend`, of which `mappedSize` bytes were given: an area at their
  /// end, otherwise one within them, otherwise one after them.
  static func searchEnd(in backend: borrowing Backend, mappedSize: UInt64?) throws(BackendError) -> UInt64? {
    guard let mappedSize, mappedSize < backend.size else { return mappedSize }
    switch try backend.locateLabelArea(mappedSize: mappedSize) {
    case .found, .ambiguous, .cutOff: return mappedSize
    case .nothing: break
    }
    guard case .found(let area) = try backend.locateLabelArea() else { return mappedSize }
    return area.end
  }
}
