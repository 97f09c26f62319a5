import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

/// The bytes of a label area and the place they come from.
struct DumpSource {
  let path: String
  let location: LocatedLabelArea
  let bytes: [UInt8]
  /// R, in bytes; nil where the file is nothing but a label area.
  let regionSize: UInt64?

  /// Reads the area that `labelSize` places at the end of the mapped part of the backend, or else the one that an
  /// index block gives away.
  init(path: String, mappedSize: UInt64?, labelSize: UInt64?) throws {
    let backend = try Backend(path: FilePath(path))
    self.path = path
    if let mappedSize, mappedSize > backend.size {
      throw CommandFailure(
        .damaged, path,
        "the backend ends before --size, and its label area is cut off "
          + "(stored \(ByteCount(backend.size).precise), expected \(ByteCount(mappedSize).precise))")
    }
    guard backend.size > 0 else { throw CommandFailure(.unsupported, path, "an empty file has no label area") }
    let end = mappedSize ?? backend.size
    location =
      if let labelSize { try Self.place(labelSize, end: end, path) } else {
        try Self.search(backend, mappedSize: mappedSize, path)
      }
    bytes = try backend.read(at: location.offset, count: location.size)
    let region = location.offset.alignedDown(to: 4096)
    regionSize = region == 0 ? nil : region
  }

  private static func place(_ size: UInt64, end: UInt64, _ path: String) throws(CommandFailure) -> LocatedLabelArea {
    guard size <= UInt64(LabelGeometry.largestArea) else {
      throw CommandFailure(
        .unsupported, path,
        "a label area of \(ByteCount(size)) is more than this program reads "
          + "(expected at most \(ByteCount(UInt64(LabelGeometry.largestArea))))")
    }
    guard size <= end else {
      throw CommandFailure(
        .damaged, path,
        "the label area is cut off: the backend is shorter "
          + "(stored \(ByteCount(end).precise), expected at least \(ByteCount(size).precise))")
    }
    guard LabelGeometry.labelSizes.contains(where: { LabelGeometry(areaSize: Int(size), labelSize: $0) != nil }) else {
      throw CommandFailure(.unsupported, path, "\(ByteCount(size)) cannot hold a label area (expected at least 768)")
    }
    return LocatedLabelArea(offset: end - size, size: Int(size), isIntact: false)
  }

  private static func search(
    _ backend: borrowing Backend, mappedSize: UInt64?, _ path: String
  ) throws -> LocatedLabelArea {
    switch try backend.locateLabelArea(mappedSize: mappedSize) {
    case .found(let area): return area
    case .ambiguous(let areas):
      let list = areas.map { "\(ByteCount(UInt64($0.size)).argument) at \($0.offset.hex)" }.joined(separator: ", ")
      throw CommandFailure(
        .unsupported, path, "more than one label area with an equal claim: \(list)",
        hint: "vnvdimm-label-dump --label-size \(ByteCount(UInt64(areas[0].size)).argument) PATH")
    case .cutOff(let area):
      throw CommandFailure(
        .damaged, path,
        "the label area at \(area.offset.hex) is cut off by the end of the backend "
          + "(stored \(ByteCount(backend.size - area.offset).precise), expected \(ByteCount(UInt64(area.size)).precise))"
      )
    case .nothing:
      throw CommandFailure(
        .unsupported, path, "no label area found; one that was never initialised has no mark to be found by",
        hint: "vnvdimm-label-dump --label-size 128K PATH")
    }
  }
}
