import Basics
import PersistentMemory

extension StartRefusal {
  /// Returns the refusal of `request` as a finding in words of our own; QEMU's message is in the prediction.
  ///
  /// `labelEnd` is the end of the label area in the backend, which is the size that the backend is meant to have.
  func finding(for request: BackendRequest, rules: SizingRules, labelEnd: UInt64?) -> Finding {
    func precise(_ bytes: UInt64) -> String { ByteCount(bytes).precise }
    func multiple(of bytes: UInt64) -> String { "a multiple of \(ByteCount(bytes))" }
    switch self {
    case .cannotOpen(_, let reason):
      return Finding(
        BackendRule.inaccessible, "the backend cannot be opened for reading and writing: \(reason)",
        hint: .command("namei", "-l", path: request.path))
    case .cannotMap: return Finding(BackendRule.unsuitable, "the backend cannot be mapped into memory")
    case .notMappedInUnits(let unit):
      let alignment = request.alignment.isMultiple(of: unit) && request.alignment > 0 ? request.alignment : unit
      return Finding(
        BackendRule.alignment, "size= and align= are not multiples of the unit in which the DAX device is mapped",
        stored: "size \(precise(request.size)), align \(precise(request.alignment))", expected: multiple(of: unit),
        settings: [.mappedSize(request.size.alignedDown(to: unit)), .alignment(alignment)])
    case .backendTooShort(let length, let size), .fileTooShort(_, let length, let size),
      .backendTooShortFor(_, let length, let size, _):
      return Finding(
        BackendRule.smaller, "the backend is shorter than the mapped size", stored: precise(length),
        expected: precise(size), hint: request.extension(length: length, mappedSize: size, labelEnd: labelEnd),
        settings: request.reduction(length: length, mappedSize: size, labelEnd: labelEnd))
    case .alignmentNotPageMultiple(let alignment, let pageSize):
      return Finding(
        BackendRule.alignment, "align= is not a multiple of the page size", stored: precise(alignment),
        expected: multiple(of: pageSize))
    case .offsetNotPageMultiple(let offset, let pageSize):
      return Finding(
        BackendRule.alignment, "offset= is not a multiple of the page size", stored: precise(offset),
        expected: multiple(of: pageSize))
    case .alignmentNotPowerOfTwo(let alignment):
      return Finding(
        BackendRule.alignment, "align= is not a power of two", stored: precise(alignment), expected: "a power of two")
    case .sizeNotPageMultiple(let unit), .sizeNotMultiple(let unit):
      return Finding(
        BackendRule.sizeNotPageMultiple, "size= is not a multiple of the page size", severity: .error,
        stored: precise(request.size), expected: multiple(of: unit))
    case .smallerThanPage(_, let page):
      return Finding(
        HostRule.hugePages, "size= is less than one page of its hugetlbfs", stored: precise(request.size),
        expected: "at least \(precise(page))", settings: [.mappedSize(page)])
    case .tooFewHugePages(let needed, let room):
      return Finding(
        HostRule.hugePages, "fewer huge pages are free than the backend needs", stored: precise(room),
        expected: precise(needed))
    case .labelTooSmall(let size):
      return Finding(
        BackendRule.labelSize, "the label area is below the minimum", stored: precise(size),
        expected: "at least \(precise(BackendGeometry.smallestLabelSize))",
        settings: [.labelSize(size == 0 ? nil : BackendGeometry.smallestLabelSize)])
    case .noRoomForRegion(_, let size, let labelSize, let alignment):
      let least = labelSize.checkedSum(alignment).map { "at least \(precise($0))" } ?? "more than any size"
      return Finding(
        BackendRule.noRoomForRegion, "no memory is left for the guest beside the label area", stored: precise(size),
        expected: least)
    case .labelRequired:
      return Finding(
        BackendRule.labelRequired, "the machine accepts no NVDIMM without labels",
        settings: [.labelSize(BackendGeometry.smallestLabelSize)])
    case .regionNotGranular:
      return Finding(
        BackendRule.regionGranularity, "size= minus label-size= does not suit the machine",
        stored: precise(request.size - min(request.size, request.labelSize ?? 0)),
        expected: multiple(of: rules.regionGranularity))
    case .memory(let error): return error.finding
    }
  }
}

extension MemoryDeviceError {
  /// The finding that the machine has no place for the device.
  var finding: Finding {
    Finding(
      isAboutSlots ? BackendRule.slot : .memory, "the machine has no place for the device: \(self)", settings: remedy)
  }

  /// Whether the slot, rather than the address, is unavailable.
  private var isAboutSlots: Bool {
    switch fact {
    case .noSlots, .invalidSlot, .slotBusy, .noFreeSlot, .tooManySlots, .slotsWithoutMaximum: true
    default: false
    }
  }

  /// The setting that gives the machine a place for the device, where one does.
  private var remedy: [StartSetting] {
    switch fact {
    case .tooManySlots(_, let limit, _): [.slotCount(limit)]
    case .invalidSlot(_, let slots) where slots > 0: [.slot(nil)]
    case .slotBusy: [.slot(nil)]
    case .addressNotAligned, .outsideWindow, .addressConflict: [.address(nil)]
    case .noSlots, .noFreeSlot, .slotsWithoutMaximum, .notEnoughSpace, .maximumEqualToSize, .maximumBelowSize,
      .invalidSlot, .sizeNotMultiple, .maximumNotPageMultiple, .fragmented, .formerly:
      []
    }
  }
}

extension BackendRequest {
  /// Returns the command that extends a backend of `length` bytes to its mapped size; `nil` if QEMU would then look for
  /// the labels elsewhere, or if the backend is not a file.
  fileprivate func `extension`(length: UInt64, mappedSize: UInt64, labelEnd: UInt64?) -> Hint? {
    guard labelEnd == mappedSize || labelEnd == nil && labelSize == nil, !path.hasPrefix("/dev/") else { return nil }
    return .command("truncate", "-s", "\(mappedSize)", path: path)
  }

  /// Returns the `size=` that fits a backend of `length` bytes and leaves the labels where QEMU looks for them.
  fileprivate func reduction(length: UInt64, mappedSize: UInt64, labelEnd: UInt64?) -> [StartSetting] {
    switch labelEnd {
    case let end? where end <= length: [.mappedSize(end)]
    case nil where labelSize != nil: [.mappedSize(length.alignedDown(to: 4096))]
    // The label area is cut off, or the file must be extended.
    case nil, _?: []
    }
  }
}
