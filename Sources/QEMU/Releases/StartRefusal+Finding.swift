import Basics
import PersistentMemory

extension StartRefusal {
  /// The refusal of `request` as a finding, in words of our own: QEMU's stand in the prediction.
  ///
  /// `labelEnd` is where the label area that is in the backend ends: the size that its backend is meant to have.
  func finding(for request: BackendRequest, rules: SizingRules, labelEnd: UInt64?) -> Finding {
    func precise(_ bytes: UInt64) -> String { ByteCount(bytes).precise }
    func multiple(of bytes: UInt64) -> String { "a multiple of \(ByteCount(bytes))" }
    switch self {
    case .emptySize: return Finding(BackendRule.size, "size= is 0")
    case .cannotOpen(_, let reason):
      return Finding(
        BackendRule.inaccessible, "it cannot be opened for reading and writing: \(reason)",
        hint: "namei -l \(request.path.shellQuotedPath)")
    case .cannotMap: return Finding(BackendRule.unsuitable, "it cannot be mapped into memory")
    case .notMappedInUnits(let unit):
      let alignment = request.alignment.isMultiple(of: unit) && request.alignment > 0 ? request.alignment : unit
      return Finding(
        BackendRule.alignment, "size= and align= are not multiples of what the DAX device is mapped in",
        stored: "size \(precise(request.size)), align \(precise(request.alignment))", expected: multiple(of: unit),
        hint: "size=\(request.size.alignedDown(to: unit)),align=\(ByteCount(alignment).argument)")
    case .backendTooShort(let length, let size), .backendTooShortFor(_, let length, let size, _):
      return Finding(
        BackendRule.smaller, "it is shorter than what is to be mapped of it", stored: precise(length),
        expected: precise(size), hint: request.remedy(length: length, mappedSize: size, labelEnd: labelEnd))
    case .unknownOption(let name, let release):
      return Finding(BackendRule.unsupported, "QEMU \(release) has no \(name)=")
    case .noNVDIMM:
      return Finding(BackendRule.unsupported, "QEMU \(rules.release) has no NVDIMM for \(rules.architecture.rawValue)")
    case .alignmentNotPageMultiple(let alignment, let pageSize):
      return Finding(
        BackendRule.alignment, "align= is not a multiple of the page size", stored: precise(alignment),
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
        expected: "at least \(precise(page))", hint: "size=\(page)")
    case .tooFewHugePages(let needed, let room):
      return Finding(
        HostRule.hugePages, "fewer huge pages are free than it needs", stored: precise(room),
        expected: precise(needed), hint: "sysctl vm.nr_hugepages=...")
    case .labelTooSmall(let size):
      return Finding(
        BackendRule.labelSize, "the label area is below the minimum", stored: precise(size),
        expected: "at least \(precise(BackendGeometry.smallestLabelSize))",
        hint: size == 0 ? "leave label-size= out for a device without labels" : nil)
    case .noRoomForRegion(_, let size, let labelSize, let alignment):
      let least = labelSize.checkedSum(alignment).map { "at least \(precise($0))" } ?? "more than any size"
      return Finding(
        BackendRule.noRoomForRegion, "no memory is left for the guest beside the label area", stored: precise(size),
        expected: least)
    case .labelRequired:
      return Finding(
        BackendRule.labelRequired, "the machine takes no NVDIMM without labels", hint: "label-size=128K")
    case .regionNotGranular:
      return Finding(
        BackendRule.regionGranularity, "size= less label-size= does not suit the machine",
        stored: precise(request.size - min(request.size, request.labelSize ?? 0)),
        expected: multiple(of: rules.regionGranularity))
    case .memory(let error):
      return Finding(
        error.isAboutSlots ? BackendRule.slot : .memory, "the machine has no place for it: \(error)", hint: error.remedy
      )
    }
  }
}

extension MemoryDeviceError {
  /// Whether it is the slot, not the address, that cannot be had.
  package var isAboutSlots: Bool {
    switch self {
    case .noSlots, .invalidSlot, .slotBusy, .noFreeSlot, .tooManySlots, .slotsWithoutMaximum: true
    default: false
    }
  }
}

extension MemoryDeviceError {
  /// The option that gives the machine a place for the device, where one does.
  package var remedy: String? {
    switch self {
    case .noSlots, .noFreeSlot, .slotsWithoutMaximum, .notEnoughSpace, .maximumEqualToSize, .maximumBelowSize:
      "-m SIZE,slots=N,maxmem=SIZE, with a slot and room for each device"
    case .tooManySlots: "slots=256"
    case .invalidSlot(_, let slots) where slots > 0: "slot=\(slots - 1), or more slots= in -m"
    case .slotBusy: "no slot="
    case .addressNotAligned, .outsideWindow, .addressConflict: "no addr="
    case .invalidSlot, .sizeNotMultiple, .maximumNotPageMultiple, .fragmented: nil
    }
  }
}

extension BackendRequest {
  /// What makes a backend of `length` bytes fit, without moving QEMU's label window away from the labels.
  fileprivate func remedy(length: UInt64, mappedSize: UInt64, labelEnd: UInt64?) -> String? {
    let longer = "truncate -s \(mappedSize) \(path.shellQuotedPath)"
    switch labelEnd {
    case mappedSize?: return longer
    case let end? where end <= length: return "size=\(end)"
    // The area is cut off, and was made for neither size.
    case _?: return nil
    case nil: return labelSize == nil ? longer : "size=\(length)"
    }
  }
}
