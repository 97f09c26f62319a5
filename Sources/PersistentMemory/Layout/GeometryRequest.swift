public import Basics

/// What is wanted of a new backend; the geometry follows from it. All values are in bytes.
public struct GeometryRequest: Hashable, Sendable {
  /// The size by which a backend is requested.
  public enum Size: Hashable, Sendable {
    /// What the guest is to see. The backend becomes as large as that takes.
    case region(UInt64)
    /// How large the backend is to be. The guest gets what the label area leaves.
    case mapped(UInt64)
  }

  /// The size asked for.
  public let size: Size
  /// The label size, or how it is to be chosen.
  public let labelSize: LabelSize
  /// The architecture of the guest.
  public let architecture: Architecture
  /// What QEMU aligns the backend to.
  public let backendAlignment: UInt64
  /// What the region should be a multiple of, so that the guest can use all of it.
  public let guestAlignment: UInt64

  /// A request; alignments that are not given (or 0) are those of the architecture.
  public init(
    size: Size, labelSize: LabelSize = .automatic, backendAlignment: UInt64 = 0, guestAlignment: UInt64 = 0,
    architecture: Architecture = .x86_64
  ) {
    self.size = size
    self.labelSize = labelSize
    self.architecture = architecture
    self.backendAlignment = backendAlignment == 0 ? architecture.defaultBackendAlignment : backendAlignment
    self.guestAlignment = guestAlignment == 0 ? architecture.defaultGuestAlignment : guestAlignment
  }

  /// The geometry asked for. With `.region` the guest sees exactly that size, or an error says why it cannot.
  public func geometry() throws(GeometryError) -> BackendGeometry {
    guard guestAlignment.isPowerOfTwo else { throw .guestAlignmentNotPowerOfTwo(guestAlignment) }
    if case .exactly(let size) = labelSize {
      guard size >= BackendGeometry.smallestLabelSize else { throw .labelTooSmall(size) }
      guard size <= BackendGeometry.largestLabelSize else { throw .labelTooLarge(size) }
    }
    if labelSize == .none, architecture.requiresLabelArea { throw .labelRequired(architecture) }
    let geometry =
      switch size {
      case .region(let region): try geometry(ofRegion: region)
      case .mapped(let mapped): try geometry(ofMapped: mapped)
      }
    if let granularity = architecture.regionGranularity, geometry.remainder(guestAlignment: granularity) != 0 {
      throw .regionNotGranular(regionSize: geometry.regionSize, granularity: granularity)
    }
    return geometry
  }

  private func geometry(ofRegion region: UInt64) throws(GeometryError) -> BackendGeometry {
    guard region > 0 else { throw .regionEmpty }
    // Checks the alignment, whose multiples the rest computes with.
    let bare = try BackendGeometry(
      mappedSize: max(region, backendAlignment), alignment: backendAlignment, pageSize: architecture.pageSize)
    guard region == bare.regionSize else {
      throw .regionNotAligned(regionSize: region, alignment: backendAlignment)
    }
    switch labelSize {
    case .none: return bare
    case .exactly(let label):
      let mapped = try sum(region, label, roundedUpTo: backendAlignment)
      return try checked(mapped: mapped, label: label)
    case .automatic:
      // libvirt would round a module that is not a multiple of its granularity up, beyond the end of the file.
      let unit = max(backendAlignment, architecture.moduleGranularity)
      let mapped = try sum(region, BackendGeometry.smallestLabelSize, roundedUpTo: unit)
      return try checked(mapped: mapped, label: min(mapped - region, LabelSize.largestAutomatic))
    }
  }

  private func geometry(ofMapped mapped: UInt64) throws(GeometryError) -> BackendGeometry {
    guard mapped > 0 else { throw .regionEmpty }
    let pageSize = architecture.pageSize
    guard mapped.isMultiple(of: pageSize) else {
      throw .mappedSizeNotPageMultiple(mappedSize: mapped, pageSize: pageSize)
    }
    let label: UInt64 =
      switch labelSize {
      case .none: 0
      case .exactly(let label): label
      case .automatic: automaticLabelSize(inMapped: mapped)
      }
    return try checked(mapped: mapped, label: label)
  }

  /// The smallest label area that leaves a region of a multiple of the guest's alignment; the smallest of all
  /// where there is none of a sensible size.
  private func automaticLabelSize(inMapped mapped: UInt64) -> UInt64 {
    let smallest = BackendGeometry.smallestLabelSize
    guard guestAlignment > backendAlignment, mapped > smallest, mapped - smallest >= guestAlignment else {
      return smallest
    }
    let label = smallest + (mapped - smallest) % guestAlignment
    return label <= LabelSize.largestAutomatic ? label : smallest
  }

  private func checked(mapped: UInt64, label: UInt64) throws(GeometryError) -> BackendGeometry {
    try BackendGeometry(
      mappedSize: mapped, labelSize: label, alignment: backendAlignment, pageSize: architecture.pageSize)
  }

  private func sum(_ region: UInt64, _ label: UInt64, roundedUpTo unit: UInt64) throws(GeometryError) -> UInt64 {
    let (sum, overflow) = region.addingReportingOverflow(label)
    guard !overflow, let mapped = sum.alignedUp(to: unit) else { throw .tooLarge }
    return mapped
  }
}
