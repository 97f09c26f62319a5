import Basics
import CommandSupport
import Consumers
import LabelChange
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// The backend that the options describe.
struct NewBackend {
  let path: FilePath
  let geometry: BackendGeometry
  /// The recommended granularity of the region, in bytes.
  let guestAlignment: UInt64
  /// The contents of the label area; `nil` without one.
  let labels: LabelContents?
  /// The namespaces to make; `nil` if there are none.
  let provisioning: ProvisioningPlan?
  /// The image that is copied into the first namespace, or into the region if there is none; `nil` for zeros.
  let image: SourceImage?
  /// The slot of the DIMM; `nil` if any will do.
  let slot: Int?
  /// The program that the backend is for; `nil` for QEMU, libvirt and emulate.
  let consumer: ConsumerChoice?
  /// The initial condition of the DIMM.
  let condition: DIMMCondition
  /// The stored condition of the DIMM whose backend had the name before: a new medium has a condition of its own.
  let formerCondition: FormerCondition?

  /// The maximum length of a file on Linux, in bytes.
  private static let largestFile = UInt64(Int64.max)

  init(of options: Create) throws {
    guard !options.path.isEmpty else { throw CommandFailure(.usage, nil, "the path is empty") }
    guard !options.path.hasSuffix("/") else {
      throw BackendError(FilePath(options.path), .directory)
    }
    for (option, alignment) in [("--backend-align", options.backendAlign), ("--guest-align", options.guestAlign)]
    where alignment?.bytes == 0 {
      throw CommandFailure(.usage, option, "the alignment is 0")
    }
    let image = try options.from.map { try SourceImage(FilePath($0)) }
    var size = try Self.size(of: options, image)
    var backend = try NewBackend(of: options, image, size: size)
    // The metadata of a namespace needs room in addition to the image.
    while options.regionSize == nil, options.fileSize == nil, let image, let room = backend.imageRoom,
      image.size > room.size,
      case .region(let region) = size,
      let larger = region.checkedSum(image.size - room.size)?.alignedUp(to: backend.guestAlignment)
    {
      size = .region(larger)
      backend = try NewBackend(of: options, image, size: size)
    }
    try backend.checkImage(options)
    self = backend
  }

  private init(of options: Create, _ image: SourceImage?, size: GeometryRequest.Size) throws {
    path = FilePath(options.path)
    self.image = image
    consumer = options.other
    let request = GeometryRequest(
      size: size, labelSize: try Self.labelSize(of: options), backendAlignment: options.backendAlign?.bytes ?? 0,
      guestAlignment: options.guestAlign?.bytes ?? consumer?.consumer.unit ?? 0)
    do throws(GeometryError) { geometry = try request.geometry() } catch { throw error.failure(of: request) }
    guard geometry.mappedSize <= Self.largestFile else {
      throw CommandFailure(
        .usage, request.sizeOption,
        "no file can be so large (stored \(geometry.mappedSize) bytes, expected at most \(Self.largestFile))")
    }
    guestAlignment = request.guestAlignment
    if let consumer, consumer.consumer.fileSize(for: geometry.mappedSize) != geometry.mappedSize {
      let better = ByteCount(consumer.consumer.fileSize(for: geometry.mappedSize))
      throw CommandFailure(
        .usage, request.sizeOption,
        "\(consumer.title) needs another size (stored \(ByteCount(geometry.mappedSize).precise), expected "
          + "\(better.precise))",
        hint: .command(.typed(Create.programName).with(request.sizeOption, better.argument)))
    }
    try consumer?.checkStart(with: path, geometry)
    labels = geometry.labelSize == 0 ? nil : options.labels ?? .v1_2
    var namespaces = options.provisioning.namespaces
    let disk = namespaces.isEmpty ? image?.disk : nil
    // A region with labels but without a namespace shows nothing of its contents.
    if image != nil, namespaces.isEmpty, labels?.version != nil { namespaces = [.wholeRegion] }
    if image != nil, namespaces.isEmpty, disk == nil, consumer?.consumer.isDirect == true {
      namespaces = [try NamespaceSpecification(parsing: "fsdax")]
    }
    slot = namespaces.isEmpty || labels == nil ? options.provisioning.slot : options.provisioning.slot ?? 0
    let isExact = image?.isBoundToSize == true && options.guestAlign == nil
    let target = ProvisioningTarget(
      geometry: geometry, version: labels?.version ?? .v1_2, slot: slot ?? 0,
      regionAlignment: isExact && geometry.regionSize == image?.size
        ? PFNLayout.subsectionSize : max(guestAlignment, ProvisioningTarget.defaultRegionAlignment))
    do throws(ProvisioningError) {
      if let disk, labels?.version != nil || labels == nil {
        provisioning = try ProvisioningPlan(carrying: disk, for: target)
      } else {
        provisioning = namespaces.isEmpty ? nil : try ProvisioningPlan(namespaces, for: target)
      }
    } catch { throw error.failure(sizeOption: request.sizeOption, unit: target.regionAlignment) }
    condition = try Self.condition(options.error, regionSize: geometry.regionSize)
    formerCondition = FormerCondition(beside: path)
  }

  private static func condition(_ errors: [Range<UInt64>], regionSize: UInt64) throws -> DIMMCondition {
    var condition = DIMMCondition()
    for range in errors {
      guard range.upperBound <= regionSize else {
        throw CommandFailure(
          .usage, "--error",
          "the bytes lie outside the guest size (stored \(range.lowerBound.hex)-\((range.upperBound - 1).hex), "
            + "expected less than \(regionSize.hex))")
      }
      guard condition.insertError(range) else {
        throw CommandFailure(.usage, "--error", "an NVDIMM keeps at most \(MediaErrors.limit) ranges of media errors")
      }
    }
    return condition
  }

  /// The file beside the backend that stores its condition; `nil` if there is nothing to store.
  var conditionCreation: BackendCreation? {
    guard !condition.errors.isEmpty else { return nil }
    return ConditionFile.creation(of: condition, beside: path, replacing: formerCondition)
  }

  func dropFormerCondition() throws(BackendError) { try formerCondition?.remove() }

  /// Returns the requested size. If only an image is given, this is a region that holds it, of exactly the image's size
  /// if something in the image is found only then.
  private static func size(of options: Create, _ image: SourceImage?) throws -> GeometryRequest.Size {
    if let region = options.regionSize { return .region(region.bytes) }
    if let file = options.fileSize { return .mapped(file.bytes) }
    let size = image?.size ?? 0
    let consumer = options.other?.consumer
    if image?.isBoundToSize == true, options.guestAlign == nil, options.provisioning.namespaces.isEmpty,
      consumer == nil || consumer?.fileSize(for: size) == size
    {
      return .region(size)
    }
    let guestAlignment = options.guestAlign?.bytes ?? consumer?.unit ?? Architecture.x86_64.defaultGuestAlignment
    guard let region = size.alignedUp(to: max(guestAlignment, options.backendAlign?.bytes ?? 0)) else {
      throw CommandFailure(.usage, "--from", "the image is too large (stored \(ByteCount(size).precise))")
    }
    return .region(consumer?.fileSize(for: region) ?? region)
  }

  /// Returns the label size. Programs other than QEMU offer devices without labels.
  private static func labelSize(of options: Create) throws -> LabelSize {
    guard let other = options.other else { return options.labelSize }
    guard options.labelSize == .automatic || options.labelSize == .none, options.labels == nil,
      options.provisioning.slot == nil
    else {
      throw CommandFailure(
        .usage, "--for", "the device that \(other.consumer.title) offers has no labels and no slot",
        hint: .command(.typed(Create.programName).with("--label-size", "none")))
    }
    return .none
  }

  /// The place in the file for the image, and its size in bytes; `nil` if only a translation table would lead to it.
  private var imageRoom: (offset: UInt64, size: UInt64)? {
    guard let namespace = provisioning?.namespaces.first else { return (0, geometry.regionSize) }
    if case .carried = namespace.layout { return (0, geometry.regionSize) }
    return namespace.dataOffset.map { ($0, namespace.size) }
  }

  private func checkImage(_ options: Create) throws {
    guard let image else { return }
    guard let room = imageRoom else {
      throw CommandFailure(
        .usage, "--from", "an image is not copied behind the translation table of a sector namespace",
        hint: .command(.typed(Create.programName).with("--namespace", "raw")))
    }
    guard image.size <= room.size else {
      throw CommandFailure(
        .usage, image.path.string,
        "does not fit (stored \(ByteCount(image.size).precise), expected at most \(ByteCount(room.size).precise))",
        hint: (geometry.regionSize - room.size + image.size).alignedUp(to: guestAlignment).map {
          .command(.typed(Create.programName).without("--file-size").with("--size", ByteCount($0).argument))
        })
    }
    if let disk = image.disk {
      guard options.provisioning.namespaces.isEmpty, labels?.version != nil || labels == nil else {
        throw CommandFailure(
          .damaged, image.path.string,
          "is a namespace in \(disk.mode.rawValue) mode already: no guest finds its contents in another mode",
          hint: exactly(image))
      }
      guard disk.isShown(start: ProvisioningTarget.defaultRegionAddress, size: geometry.regionSize) else {
        throw CommandFailure(
          .damaged, image.path.string,
          "its info block does not fit a region of another size (stored \(ByteCount(image.size).precise), expected "
            + "\(ByteCount(geometry.regionSize).precise))", hint: exactly(image))
      }
    }
    guard let kind = image.knownByEnd.first, room.size != image.size else { return }
    throw CommandFailure(
      .damaged, image.path.string,
      "its last bytes show that it holds \(kind), which is not found on a disk of another size (stored "
        + "\(ByteCount(image.size).precise), expected \(ByteCount(room.size).precise))", hint: exactly(image))
  }

  /// Returns the command that makes the region as long as the image; `nil` if Linux makes no device of that size.
  private func exactly(_ image: SourceImage) -> Hint? {
    guard image.size.isMultiple(of: PFNLayout.subsectionSize) else { return nil }
    let others = ["--size", "--file-size", "--guest-align", "--namespace"] + (labels == .blank ? ["--labels"] : [])
    return .command(others.reduce(.typed(Create.programName)) { $0.without($1) })
  }

  /// The contents of the backend, as they matter to the program that it is for.
  var contents: ConsumerContents {
    var contents = ConsumerContents()
    contents.holdsData = image != nil
    contents.isBounded = image != nil
    contents.isDirect = provisioning?.namespaces.first?.mode == .fsdax
    return contents
  }

  /// The number of slots of the label area, used or not; `nil` if it has no index.
  var slotCount: Int? {
    guard let version = labels?.version, let size = Int(exactly: geometry.labelSize) else { return nil }
    return LabelGeometry(areaSize: size, labelSize: version.labelSize)?.slotCount
  }

  /// Returns the file to create.
  func creation(
    preallocation: BackendCreation.Preallocation, replacement: FileReplacement
  ) throws -> BackendCreation {
    var contents = provisioning?.writes.map { (offset: $0.offset, bytes: SparseBytes($0.bytes)) } ?? []
    if provisioning == nil, let version = labels?.version, let offset = geometry.labelOffset {
      contents = [(offset, SparseBytes(try indexBlocks(version)))]
    }
    if let record = secondRecord { contents.append((0, SparseBytes(record))) }
    return BackendCreation(
      path: path, size: geometry.mappedSize, preallocation: preallocation,
      image: image.flatMap { image in imageRoom.map { (image, $0.offset) } }, contents: contents,
      replacement: replacement)
  }

  /// A second copy of the image's partition table, for guests that ignore the info block before it.
  private var secondRecord: [UInt8]? {
    guard labels == nil, let image, let offset = imageRoom?.offset, offset > 0 else { return nil }
    return MasterBootRecord.moved(image.firstSector, by: offset)
  }

  /// Returns the index blocks of an area without labels; all that follows them is zero.
  private func indexBlocks(_ version: LabelVersion) throws -> [UInt8] {
    let size = Int(clamping: geometry.labelSize)
    guard let layout = LabelGeometry(areaSize: size, labelSize: version.labelSize),
      let area = try? LabelArea.initialised(version, size: size)
    else {
      let limit = ByteCount(UInt64(LabelGeometry.largestArea)).precise
      throw CommandFailure(
        .usage, "--label-size",
        "the area is too large to be initialised (stored \(ByteCount(geometry.labelSize).precise), expected at most \(limit))",
        hint: .command(.typed(Create.programName).with("--labels", "blank")))
    }
    return area.bytes(in: 0..<layout.labelOffset)
  }
}

extension Create {
  /// The program that the backend is for, if it is not plain QEMU.
  var other: ConsumerChoice? {
    guard let choice = consumer.consumer else { return nil }
    switch choice.consumer.start {
    case .usual, .domain: return nil
    case .own, .qemu, .nothing: return choice
    }
  }
}

extension ConsumerChoice {
  /// Throws if the program does not start with such a file, whatever its contents.
  fileprivate func checkStart(with path: FilePath, _ geometry: BackendGeometry) throws(CommandFailure) {
    let judgement = ConsumerJudgement(self, of: .file(size: geometry.mappedSize), at: path.string)
    switch judgement.outcome {
    case .starts, .unknown: return
    case .refuses(let reason), .fails(let reason):
      throw CommandFailure(.unsupported, "--for", "\(title) does not start with such a file: \(reason)")
    }
  }
}

extension SourceImage {
  /// Whether the disk must end where the image does, because something is found only then, or an info block was made
  /// for that size.
  fileprivate var isBoundToSize: Bool {
    (disk != nil || !knownByEnd.isEmpty) && size.isMultiple(of: PFNLayout.subsectionSize)
  }
}
