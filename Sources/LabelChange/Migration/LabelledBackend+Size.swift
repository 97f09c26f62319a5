import PersistentMemory

extension LabelledBackend {
  /// The size that stays fixed when the label area gets another size.
  package enum Fixed: Sendable {
    /// S, and with it the length of the file and the configuration of the machine. The region shrinks or grows.
    case mappedSize
    /// R, the region that the guest sees. S and the file grow or shrink, and the configuration of the machine must
    /// follow.
    case region
  }

  /// Moves the labels to an area of `labelSize` bytes.
  ///
  /// With the mapped size fixed, the machine's configuration stays as it is. A larger area then takes bytes of the
  /// region, which no namespace may own; a smaller one returns bytes to the region.
  package func resized(
    labelSize: UInt64, fixed: Fixed = .mappedSize
  ) throws(MigrationRefusal) -> LabelAreaChange {
    let region = geometry.mappedSize - geometry.labelSize
    let (grown, overflow) = region.addingReportingOverflow(labelSize)
    guard !overflow else { throw .geometry(.tooLarge) }
    let mappedSize = fixed == .region ? grown : geometry.mappedSize
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: labelSize, like: geometry)
    try checkRoom(in: target)
    let bytes = try relaidOut(size: labelSize)
    try checkShown(bytes, in: target)
    return change(to: bytes, endingAt: mappedSize, length: try newLength(mappedSize))
  }

  /// Returns the length F that the backend needs if S is `mappedSize`.
  private func newLength(_ mappedSize: UInt64) throws(MigrationRefusal) -> UInt64 {
    let tail = length - geometry.mappedSize
    guard mappedSize > geometry.mappedSize else {
      return isFile && tail == 0 ? mappedSize : length
    }
    guard isFile else {
      throw .cannotGrow(needed: mappedSize, length: length, surplus: mappedSize - geometry.mappedSize)
    }
    guard tail == 0 else { throw .tail(tail) }
    return mappedSize
  }

  static func geometry(
    mappedSize: UInt64, labelSize: UInt64, like other: BackendGeometry
  ) throws(MigrationRefusal) -> BackendGeometry {
    guard labelSize <= LabelGeometry.largestArea else { throw .labelArea(.tooLarge(labelSize)) }
    do throws(GeometryError) {
      return try BackendGeometry(mappedSize: mappedSize, labelSize: labelSize, alignment: other.alignment)
    } catch { throw .geometry(error) }
  }
}
