import Basics
package import PersistentMemory

extension SizingRules {
  // MARK: The backend: -object

  /// Predicts what QEMU does when it creates the backend; `state` is what the path leads to when QEMU opens it.
  package func createBackend(
    _ request: BackendRequest, _ state: BackendState, in fileSystem: HostFileSystem = .common,
    _ prediction: inout BackendPrediction
  ) throws(StartRefusal) {
    // QEMU rounds up in 64 bits.
    let mapped = request.size.alignedUp(to: pageSize) ?? 0
    if request.isReadOnly { try openReadOnly(request, state) }
    switch state {
    case .inaccessible(let reason): throw .cannotOpen(path: request.path, reason: reason)
    case .danglingLink: prediction.outcome = .spins
    // A reader waits in open(2) until another process opens the fifo for writing.
    case .unmappable where request.isReadOnly: prediction.outcome = .spins
    case .other: prediction.outcome = .unknown
    case .file(let length), .device(let length), .daxDevice(let length, _):
      try checkLength(length, mapped, request)
    case .directory where request.isReadOnly: break
    case .missing, .directory, .unmappable, .zeroDevice, .nullDevice: break
    }
    let page = pageSize(in: fileSystem)
    guard prediction.outcome == .starts, try alignmentHolds(request.alignment, pageSize: page) else {
      guard prediction.outcome == .starts else { return }
      prediction.outcome = .crashes
      if release.has(.lengthBeforeAlignment), let end = mapped.alignedUp(to: page) {
        try map(state, end, in: fileSystem, request, &prediction)
      }
      return
    }
    guard request.offset.isMultiple(of: page) else {
      throw .offsetNotPageMultiple(offset: request.offset, pageSize: page)
    }
    guard mapped >= page else { throw .smallerThanPage(size: mapped, pageSize: page) }
    guard let whole = mapped.alignedUp(to: page), let end = whole.checkedSum(request.offset) else {
      prediction.outcome = .unknown
      return
    }
    try map(state, end, in: fileSystem, request, &prediction)
    if architecture == .x86_64, whole >= Self.addressSpace { throw .cannotMap(reason: "Cannot allocate memory") }
    if let room = fileSystem.hugePages?.room, whole > room { throw .tooFewHugePages(needed: whole, room: room) }
    if case .daxDevice(_, let unit) = state { try mapInUnits(unit, mapped, request) }
    if refusesOddSize, !request.size.isMultiple(of: page) { throw .sizeNotPageMultiple(pageSize: page) }
  }

  /// Since 8.2 a read-only backend is not created, and must not be a directory.
  private func openReadOnly(_ request: BackendRequest, _ state: BackendState) throws(StartRefusal) {
    guard release >= QEMURelease(8, 2) else { return }
    switch state {
    case .missing, .danglingLink: throw .cannotOpen(path: request.path, reason: "No such file or directory")
    case .directory: throw .cannotOpen(path: request.path, reason: "Is a directory")
    default: break
    }
  }

  private func checkLength(
    _ length: UInt64, _ mapped: UInt64, _ request: BackendRequest
  ) throws(StartRefusal) {
    let (needed, overflow) = mapped.addingReportingOverflow(request.offset)
    guard length > 0, length < needed || overflow else { return }
    switch self.length {
    case .resized: return
    case .shorterDoesNotMatch where release.has(.namesShortFile):
      throw .fileTooShort(path: request.path, length: length, size: mapped)
    case .shorterDoesNotMatch where release.has(.losesShortFile):
      throw .fileTooShort(path: nil, length: length, size: mapped)
    case .shorterDoesNotMatch: throw .backendTooShort(length: length, size: mapped)
    case .shorterIsTooSmall:
      throw .backendTooShortFor(id: request.id, length: length, size: mapped, offset: request.offset)
    }
  }

  /// Returns `false` if the alignment makes QEMU fail an assertion.
  private func alignmentHolds(_ alignment: UInt64, pageSize: UInt64) throws(StartRefusal) -> Bool {
    guard alignment.isMultiple(of: pageSize) else {
      throw .alignmentNotPageMultiple(alignment: alignment, pageSize: pageSize)
    }
    guard alignment == 0 || alignment.isPowerOfTwo else {
      guard refusesOddAlignment else { return false }
      throw .alignmentNotPowerOfTwo(alignment)
    }
    return true
  }

  /// The size in bytes of the address space of a process on x86_64.
  static let addressSpace: UInt64 = 1 << 47

  /// QEMU continues although the length was not set.
  private static let tooLong = "ftruncate: File too large"

  /// Predicts what happens to `state` when QEMU maps its bytes up to `end`.
  private func map(
    _ state: BackendState, _ end: UInt64, in fileSystem: HostFileSystem, _ request: BackendRequest,
    _ prediction: inout BackendPrediction
  ) throws(StartRefusal) {
    let cannotTruncate = "ftruncate: Invalid argument"
    let isTooLong = fileSystem.longestFile.map { end > $0 } == true
    switch state {
    case .file(0) where request.isReadOnly: prediction.warnings = [cannotTruncate]
    case .directory where request.isReadOnly: throw .cannotMap(reason: "No such device")
    case .missing:
      if isTooLong { prediction.warnings = [Self.tooLong] }
      prediction.change = .created(size: isTooLong ? 0 : end)
    case .file(0) where isTooLong, .file where isTooLong && length == .resized: prediction.warnings = [Self.tooLong]
    case .file(0): prediction.change = .extended(from: 0, to: end)
    case .directory: prediction.change = .volatile
    case .file(let length) where self.length == .resized && length != end:
      prediction.change = length < end ? .extended(from: length, to: end) : .truncated(from: length, to: end)
    case .device where length == .resized, .daxDevice where length == .resized: prediction.warnings = [cannotTruncate]
    case .zeroDevice:
      prediction.warnings = [cannotTruncate]
      prediction.change = .volatile
    case .nullDevice:
      prediction.warnings = [cannotTruncate]
      throw .cannotMap(reason: "No such device")
    case .unmappable: throw .cannotMap(reason: "No such device")
    default: break
    }
  }

  /// A DAX device accepts only mappings of whole units. Measured with QEMU 7.2 on Linux 6.1.
  private func mapInUnits(_ unit: UInt64, _ mapped: UInt64, _ request: BackendRequest) throws(StartRefusal) {
    let alignment = request.alignment == 0 ? pageSize : request.alignment
    guard mapped.isMultiple(of: unit), alignment.isMultiple(of: unit) else { throw .notMappedInUnits(unit: unit) }
  }

  // MARK: The NVDIMM: -device

  /// Returns QEMU's warning about a device whose alignment exceeds that of its window. (since 4.0)
  package func alignmentWarning(_ alignment: UInt64, in window: MemoryWindow) -> String? {
    guard release >= QEMURelease(4, 0), !window.base.isMultiple(of: alignment) else { return nil }
    return "warning: the alignment (\(alignment.hex)) exceeds the expected maximum alignment, memory will get "
      + "fragmented and not all 'maxmem' might be usable for memory devices."
  }

  /// Returns the default alignment of the region in `fileSystem`, in bytes, which applies without `align=`.
  package func defaultAlignment(in fileSystem: HostFileSystem) -> UInt64 {
    max(defaultAlignment, fileSystem.hugePages?.size ?? 0)
  }

  /// Returns where the parts of a backend lie under these rules; makes no other check.
  package func geometry(
    of request: BackendRequest, in fileSystem: HostFileSystem = .common
  ) throws(StartRefusal) -> BackendGeometry {
    let alignment = request.alignment == 0 ? defaultAlignment(in: fileSystem) : request.alignment
    let labelSize = request.labelSize ?? 0
    if !hasLabels, !request.size.isMultiple(of: alignment) { throw .sizeNotMultiple(alignment: alignment) }
    do {
      return try BackendGeometry(
        mappedSize: request.size, labelSize: labelSize, alignment: alignment, pageSize: pageSize)
    } catch {
      throw refusal(error, request, alignment)
    }
  }

  private func refusal(
    _ error: GeometryError, _ request: BackendRequest, _ alignment: UInt64
  ) -> StartRefusal {
    switch error {
    case .alignmentNotPageMultiple(let alignment, let pageSize):
      .alignmentNotPageMultiple(alignment: alignment, pageSize: pageSize)
    case .alignmentNotPowerOfTwo(let alignment): .alignmentNotPowerOfTwo(alignment)
    case .labelTooSmall(let size): .labelTooSmall(size)
    default:
      .noRoomForRegion(
        id: request.id, size: request.size, labelSize: request.labelSize ?? 0, alignment: alignment)
    }
  }
}
