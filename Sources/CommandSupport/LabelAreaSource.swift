package import Basics
package import PersistentMemory
package import Storage
import SystemPackage

/// The bytes of a label area and the place they come from.
package struct LabelAreaSource: Sendable {
  package let path: String
  package let location: LocatedLabelArea
  package let bytes: SparseBytes
  /// R, in bytes; `nil` if the file is just a label area.
  package let regionSize: UInt64?
  /// The command that changes the area in its place; `nil` if the file is just a label area.
  package let migrationCommand: MigrationCommand?

  /// Reads the area that `labelSize` places at the end of the mapped part of the backend, otherwise the one that an
  /// index block reveals. Hints extend `command`, with `sizeOption` for another mapped size if the program has such an
  /// option.
  package init(
    _ backend: borrowing Backend, mappedSize: UInt64?, labelSize: UInt64?, command: ShellCommand,
    sizeOption: String? = "--size"
  ) throws {
    let path = backend.path.string
    self.path = path
    if let mappedSize, mappedSize > backend.size {
      throw CommandFailure(
        .damaged, path,
        "the backend ends before --size, and its label area is cut off "
          + "(stored \(ByteCount(backend.size).precise), expected \(ByteCount(mappedSize).precise))",
        hint: .command("vnvdimm-check", path: path))
    }
    guard backend.size > 0 else { throw CommandFailure(.unsupported, path, "an empty file has no label area") }
    let end = mappedSize ?? backend.size
    location =
      if let labelSize { try Self.place(labelSize, end: end, path) } else {
        try Self.search(backend, mappedSize: mappedSize, path, command, sizeOption)
      }
    bytes = try backend.bytes(at: location.offset, count: location.size)
    let region = location.offset.alignedDown(to: 4096)
    regionSize = region == 0 ? nil : region
    migrationCommand =
      region == 0
      ? nil
      : MigrationCommand(
        path: path, mappedSize: location.end == backend.size ? nil : location.end,
        labelSize: labelSize == nil || location.isIntact ? nil : UInt64(location.size))
  }

  private static func place(
    _ size: UInt64, end: UInt64, _ path: String
  ) throws(CommandFailure) -> LocatedLabelArea {
    do { try LabelArea.check(size: size) } catch {
      throw CommandFailure(
        error.failure(at: path), hint: .command("vnvdimm-label-dump", "--label-size", "128K", path: path))
    }
    guard size <= end else {
      throw CommandFailure(
        .damaged, path,
        "the label area is cut off: the backend is shorter "
          + "(stored \(ByteCount(end).precise), expected at least \(ByteCount(size).precise))",
        hint: .command("vnvdimm-check", path: path))
    }
    return LocatedLabelArea(offset: end - size, size: Int(size), isIntact: false)
  }

  /// The failure that the labels of `path` do not end where they are said to.
  package static func elsewhere(
    _ path: String, size: UInt64, end: UInt64, expected: UInt64, hint: Hint
  ) -> CommandFailure {
    CommandFailure(
      .damaged, path,
      "no label area ends there, but one of \(ByteCount(size).precise) lies elsewhere "
        + "(stored \(ByteCount(end).precise), expected \(ByteCount(expected).precise))", hint: hint)
  }

  private static func search(
    _ backend: borrowing Backend, mappedSize: UInt64?, _ path: String, _ command: ShellCommand, _ sizeOption: String?
  ) throws -> LocatedLabelArea {
    let end = mappedSize ?? backend.size
    func hint(labelSize: UInt64? = nil, end other: UInt64) -> Hint? {
      var command = command
      if other != end {
        guard let sizeOption else { return nil }
        command = command.with(sizeOption, ByteCount(other).argument)
      }
      return .command(labelSize.map { command.with("--label-size", ByteCount($0).argument) } ?? command)
    }
    switch try backend.locateLabelArea(mappedSize: mappedSize) {
    case .found(let area): return area
    case .ambiguous(let areas):
      throw CommandFailure(
        .unsupported, path, "more than one possible label area: \(areas.listing)",
        hint: hint(labelSize: UInt64(areas[0].size), end: areas[0].end))
    case .cutOff(let area):
      throw CommandFailure(
        .damaged, path,
        "the label area at \(area.offset.hex) is cut off by the end of \(mappedSize == nil ? "the backend" : "--size") "
          + "(stored \(ByteCount(end - area.offset).precise), expected \(ByteCount(UInt64(area.size)).precise))",
        hint: mappedSize == nil ? .command("truncate", "-s", "\(area.end)", path: path) : hint(end: area.end))
    case .nothing:
      if mappedSize != nil, case .found(let area) = try backend.locateLabelArea(), area.end != end {
        throw Self.elsewhere(
          path, size: UInt64(area.size), end: area.end, expected: end,
          hint: hint(end: area.end) ?? MigrationCommand(path: path).hint(.relocate(from: area.end)))
      }
      // Whoever names the place of the labels does not find them by another size.
      let smallest = BackendGeometry.smallestLabelSize
      throw CommandFailure(
        .unsupported, path, "no label area found; one that was never initialised cannot be recognised",
        hint: sizeOption == nil
          ? MigrationCommand(path: path).hint(.initialize) : end < smallest ? nil : hint(labelSize: smallest, end: end))
    }
  }
}
