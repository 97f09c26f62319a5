import Basics
import CommandSupport
import PersistentMemory
import Storage
import SystemPackage

/// What a start of the guest maps of a backend, and so where the guest looks for labels.
struct LabelAreaUse {
  /// In bytes.
  let mappedSize: UInt64
  /// Where the mapped size comes from, for the reader.
  let origin: String
  /// Of the backend, in bytes.
  let fileSize: UInt64
  /// What lies where the guest looks for labels; nil where that is the label area that was found.
  let other: LabelArea?

  /// `mappedSize` is the one that was given, nil for all of the file as QEMU maps it: in whole pages.
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
    other = try LabelArea(backend.read(at: mappedSize - size, count: source.location.size))
  }

  /// The command that brings the mapped size and the place of `source` together: the labels move to the end of what
  /// became more, and of less than they were made for they are not seen.
  func remedy(for source: LabelAreaSource) -> Hint {
    let end = source.location.end
    guard end < mappedSize else {
      return .command(.typed(LabelDump.programName).with("--size", ByteCount(end).argument))
    }
    return MigrationCommand(path: source.path, mappedSize: mappedSize == fileSize ? nil : mappedSize)
      .hint(.relocate(from: end))
  }

  /// Where the area is looked for in `backend`, of which `mappedSize` bytes were given: at their end, else in them, else
  /// behind them.
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
