import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

/// The backend that the options ask for.
struct NewBackend {
  let path: FilePath
  let geometry: BackendGeometry
  /// What the region should be a multiple of, in bytes.
  let guestAlignment: UInt64
  /// What the label area holds; nil without one.
  let labels: LabelContents?
  /// The namespaces to make; nil where there are none.
  let provisioning: ProvisioningPlan?
  /// The slot that the DIMM is to have; nil where any will do.
  let slot: Int?

  /// The largest file that Linux can have, in bytes.
  private static let largestFile = UInt64(Int64.max)

  init(of options: Create) throws {
    guard !options.path.isEmpty else { throw CommandFailure(.usage, nil, "the path is empty") }
    guard !options.path.hasSuffix("/") else {
      throw BackendError(FilePath(options.path), .directory)
    }
    path = FilePath(options.path)
    let size: GeometryRequest.Size =
      if let region = options.regionSize { .region(region.bytes) } else { .mapped(options.fileSize?.bytes ?? 0) }
    for (option, alignment) in [("--backend-align", options.backendAlign), ("--guest-align", options.guestAlign)]
    where alignment?.bytes == 0 {
      throw CommandFailure(.usage, option, "the alignment is 0")
    }
    let request = GeometryRequest(
      size: size, labelSize: options.labelSize, backendAlignment: options.backendAlign?.bytes ?? 0,
      guestAlignment: options.guestAlign?.bytes ?? 0)
    do throws(GeometryError) { geometry = try request.geometry() } catch { throw error.failure(of: request) }
    guard geometry.mappedSize <= Self.largestFile else {
      throw CommandFailure(
        .usage, request.sizeOption,
        "no file can be so large (stored \(geometry.mappedSize) bytes, expected at most \(Self.largestFile))")
    }
    guestAlignment = request.guestAlignment
    labels = geometry.labelSize == 0 ? nil : options.labels ?? .v1_2
    let namespaces = options.provisioning.namespaces
    slot = namespaces.isEmpty ? options.provisioning.slot : options.provisioning.slot ?? 0
    let target = ProvisioningTarget(
      geometry: geometry, version: labels?.version ?? .v1_2, slot: slot ?? 0,
      regionAlignment: max(guestAlignment, ProvisioningTarget.defaultRegionAlignment))
    do throws(ProvisioningError) {
      provisioning = namespaces.isEmpty ? nil : try ProvisioningPlan(namespaces, for: target)
    } catch { throw error.failure(sizeOption: request.sizeOption, unit: target.regionAlignment) }
  }

  /// The slots of the label area, in use or not; nil where it has no index.
  var slotCount: Int? {
    guard let version = labels?.version, let size = Int(exactly: geometry.labelSize) else { return nil }
    return LabelGeometry(areaSize: size, labelSize: version.labelSize)?.slotCount
  }

  /// The file to make.
  func creation(
    preallocation: BackendCreation.Preallocation, replaces: Bool
  ) throws -> BackendCreation {
    var contents = provisioning?.writes.map { (offset: $0.offset, bytes: $0.bytes) } ?? []
    if provisioning == nil, let version = labels?.version, let offset = geometry.labelOffset {
      contents = [(offset, try indexBlocks(version))]
    }
    return BackendCreation(
      path: path, size: geometry.mappedSize, preallocation: preallocation, contents: contents, replaces: replaces)
  }

  /// The index blocks of an area without labels; all that follows them is zero.
  private func indexBlocks(_ version: LabelVersion) throws -> [UInt8] {
    let size = Int(clamping: geometry.labelSize)
    guard let layout = LabelGeometry(areaSize: size, labelSize: version.labelSize),
      let area = try? LabelArea.initialised(version, size: size)
    else {
      let limit = ByteCount(UInt64(LabelGeometry.largestArea)).precise
      throw CommandFailure(
        .usage, "--label-size",
        "the area is too large to be initialised (stored \(ByteCount(geometry.labelSize).precise), expected at most \(limit))",
        hint: "--labels blank")
    }
    return [UInt8](area[..<layout.labelOffset])
  }
}
