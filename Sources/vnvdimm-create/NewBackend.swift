import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

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
  /// What is copied into the first namespace, or into the region where there is none; nil for zeros.
  let image: SourceImage?
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
    let image = try options.from.map { try SourceImage(FilePath($0)) }
    self.image = image
    for (option, alignment) in [("--backend-align", options.backendAlign), ("--guest-align", options.guestAlign)]
    where alignment?.bytes == 0 {
      throw CommandFailure(.usage, option, "the alignment is 0")
    }
    let request = GeometryRequest(
      size: try Self.size(of: options, image), labelSize: options.labelSize,
      backendAlignment: options.backendAlign?.bytes ?? 0,
      guestAlignment: options.guestAlign?.bytes ?? 0)
    do throws(GeometryError) { geometry = try request.geometry() } catch { throw error.failure(of: request) }
    guard geometry.mappedSize <= Self.largestFile else {
      throw CommandFailure(
        .usage, request.sizeOption,
        "no file can be so large (stored \(geometry.mappedSize) bytes, expected at most \(Self.largestFile))")
    }
    guestAlignment = request.guestAlignment
    labels = geometry.labelSize == 0 ? nil : options.labels ?? .v1_2
    var namespaces = options.provisioning.namespaces
    // A region with labels and no namespace shows nothing of what is in it.
    if image != nil, namespaces.isEmpty, labels?.version != nil { namespaces = [.wholeRegion] }
    slot = namespaces.isEmpty ? options.provisioning.slot : options.provisioning.slot ?? 0
    let target = ProvisioningTarget(
      geometry: geometry, version: labels?.version ?? .v1_2, slot: slot ?? 0,
      regionAlignment: max(guestAlignment, ProvisioningTarget.defaultRegionAlignment))
    do throws(ProvisioningError) {
      provisioning = namespaces.isEmpty ? nil : try ProvisioningPlan(namespaces, for: target)
    } catch { throw error.failure(sizeOption: request.sizeOption, unit: target.regionAlignment) }
    try checkImage()
  }

  /// The size that is asked for: where only an image is given, a region that holds it.
  private static func size(of options: Create, _ image: SourceImage?) throws -> GeometryRequest.Size {
    if let region = options.regionSize { return .region(region.bytes) }
    if let file = options.fileSize { return .mapped(file.bytes) }
    let size = image?.size ?? 0
    let guestAlignment = options.guestAlign?.bytes ?? Architecture.x86_64.defaultGuestAlignment
    guard let region = size.alignedUp(to: max(guestAlignment, options.backendAlign?.bytes ?? 0)) else {
      throw CommandFailure(.usage, "--from", "the image is too large (stored \(ByteCount(size).precise))")
    }
    return .region(region)
  }

  /// Where the image begins in the file, and how many bytes there are for it; nil where a translation table would have
  /// to lead to them.
  private var imageRoom: (offset: UInt64, size: UInt64)? {
    guard let namespace = provisioning?.namespaces.first else { return (0, geometry.regionSize) }
    return namespace.dataOffset.map { ($0, namespace.size) }
  }

  private func checkImage() throws {
    guard let image else { return }
    guard let room = imageRoom else {
      throw CommandFailure(
        .usage, "--from", "an image is not copied behind the translation table of a sector namespace",
        hint: "--namespace raw, or dd in the guest")
    }
    guard image.size <= room.size else {
      throw CommandFailure(
        .usage, image.path.string,
        "does not fit (stored \(ByteCount(image.size).precise), expected at most \(ByteCount(room.size).precise))",
        hint: (geometry.regionSize - room.size + image.size).alignedUp(to: guestAlignment).map {
          "--size \(ByteCount($0).argument)"
        })
    }
  }

  /// The slots of the label area, in use or not; nil where it has no index.
  var slotCount: Int? {
    guard let version = labels?.version, let size = Int(exactly: geometry.labelSize) else { return nil }
    return LabelGeometry(areaSize: size, labelSize: version.labelSize)?.slotCount
  }

  /// The file to make.
  func creation(
    preallocation: BackendCreation.Preallocation, replacement: FileReplacement
  ) throws -> BackendCreation {
    var contents = provisioning?.writes.map { (offset: $0.offset, bytes: $0.bytes) } ?? []
    if provisioning == nil, let version = labels?.version, let offset = geometry.labelOffset {
      contents = [(offset, try indexBlocks(version))]
    }
    return BackendCreation(
      path: path, size: geometry.mappedSize, preallocation: preallocation,
      image: image.flatMap { image in imageRoom.map { (image, $0.offset) } }, contents: contents,
      replacement: replacement)
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
