package import Basics
package import PersistentMemory

/// What a guest and the owner of the data would lose or gain by another length of a backend.
package struct ResizeExamination: Sendable {
  package private(set) var findings: [Finding] = []
  /// The namespaces, by their labels, that would be cut.
  package let namespacesCut: [NamespaceIdentity]

  /// The disks of the present guest, which may contain file systems; known once the guest was verified.
  package private(set) var windows: [ContentsWindow] = []

  private let before: BackendGeometry
  private let after: BackendGeometry

  /// Examines `backend` before its S becomes `mappedSize`. Throws if it cannot get that size.
  package init(_ backend: ResizedBackend, mappedSize: UInt64, isAllowedToShrink: Bool) throws(MigrationRefusal) {
    before = backend.geometry
    after = try backend.geometry(mappedSize: mappedSize)
    namespacesCut = try backend.namespacesCut(byMappedSize: mappedSize)
    if isShrinking, !isAllowedToShrink {
      add(
        .shrink, "the backend would become shorter", stored: before.mappedSize, expected: after.mappedSize)
    }
    for namespace in namespacesCut {
      add(
        .namespaceCut, "\(namespace) would be cut", stored: namespace.dpa + namespace.size,
        expected: after.regionSize, offset: namespace.dpa)
    }
    let remainder = after.remainder(guestAlignment: Self.guestAlignment)
    if remainder > 0, before.remainder(guestAlignment: Self.guestAlignment) == 0 {
      findings.append(
        Finding(
          ResizeRule.guestAlignment,
          "the guest cannot use the last \(ByteCount(remainder).precise) of the region, and a DIMM after it "
            + "starts misaligned", stored: ByteCount(after.regionSize).precise,
          expected: "a multiple of \(ByteCount(Self.guestAlignment))"))
    }
  }

  /// The smallest mapped size, not below the new one, whose region suits the guest; `nil` if there is none.
  package var suitableSize: UInt64? {
    after.regionSize.alignedUp(to: Self.guestAlignment).flatMap { $0.checkedSum(after.labelSize) }
  }

  private static let guestAlignment = Architecture.x86_64.defaultGuestAlignment

  package var isShrinking: Bool { after.mappedSize < before.mappedSize }

  /// The bytes that the region loses.
  package var lost: Range<UInt64> { min(after.regionSize, before.regionSize)..<before.regionSize }

  private mutating func add(
    _ rule: ResizeRule, _ message: String, stored: UInt64, expected: UInt64, offset: UInt64? = nil
  ) {
    findings.append(
      Finding(
        rule, message, stored: ByteCount(stored).precise,
        expected: rule == .shrink ? ByteCount(expected).precise : "at most \(ByteCount(expected).precise)",
        offset: offset))
  }

  /// Notes the media errors of `condition` in the bytes that the region loses.
  package mutating func verify(_ condition: DIMMCondition) {
    let cut = condition.errors.within(lost)
    guard let first = cut.first else { return }
    findings.append(
      Finding(
        ResizeRule.mediaErrorsCut,
        "the DIMM would forget \(cut.count == 1 ? "a range" : "\(cut.count) ranges") of media errors",
        offset: first.lowerBound))
  }

  /// Notes which of `contents`, the complete contents of a region that no label bounds, would be cut off. Returns
  /// whether the ends of all of them are known, so that the bytes after them have no owner.
  package mutating func verify(_ contents: [StoredContents]) -> Bool {
    guard !lost.isEmpty else { return true }
    for item in contents {
      guard let end = item.end else {
        let finding = Finding(
          ResizeRule.contentsUnknown, "where \(item.title) ends is not known", offset: item.offset)
        findings.append(finding)
        continue
      }
      guard end > after.regionSize else { continue }
      add(.contentsCut, "\(item.title) would be cut", stored: end, expected: after.regionSize, offset: item.offset)
    }
    return !contents.isEmpty
  }

  /// Whether a namespace that no label bounds gets another end.
  package var movesEnd: Bool { after.regionSize > before.regionSize && windows.contains { $0.place == .region } }

  /// Notes which of `contents` the guest looks for at the end of its disk, which would move; those `knownByEnd` are no
  /// longer found. `path` is the backend's.
  package mutating func verifyEnd(_ contents: [StoredContents], knownByEnd: [StoredContents], path: String) {
    for item in knownByEnd {
      findings.append(
        Finding(
          ResizeRule.contentsEndMoved,
          "\(item.title) is found by its last bytes, and the guest would look for them elsewhere",
          stored: before.regionSize.hex, expected: after.regionSize.hex, offset: item.offset,
          hint: MigrationCommand(path: path).hint(.initialize)))
    }
    for item in contents where item.headers?.isPrimaryValid == true && item.headers?.isBackupValid == true {
      findings.append(
        Finding(
          ResizeRule.partitionTableEnd,
          "the backup header of \(item.title) stays where it is, and the disk would end behind it",
          offset: item.headers?.backup))
    }
  }

  /// Notes that the kept bytes of a region that no label bounds are unknown, and with them the owner of the bytes after
  /// them. `isBlank` returns whether a range holds only zeros.
  package mutating func verifyUnknown<Failure: Error>(
    isBlank: (Range<UInt64>) throws(Failure) -> Bool
  ) throws(Failure) {
    guard !lost.isEmpty, lost.lowerBound > 0, try !isBlank(0..<lost.lowerBound) else { return }
    findings.append(
      Finding(
        ResizeRule.contentsUnknown,
        "the contents of the region are of an unknown kind, and may need all of it, zeros included", offset: 0))
  }

  /// Notes the result of `isBlank` for the bytes that the region loses, if no label names their owner.
  package mutating func verifyData<Failure: Error>(
    of backend: ResizedBackend, isBlank: (Range<UInt64>) throws(Failure) -> Bool
  ) throws(Failure) {
    guard backend.isOneNamespace, !lost.isEmpty else { return }
    // Examine piece by piece, so that the message can give the place.
    for start in stride(from: lost.lowerBound, to: lost.upperBound, by: Int(Self.piece)) {
      let piece = start..<min(lost.upperBound, start + Self.piece)
      guard try !isBlank(piece) else { continue }
      return findings.append(
        Finding(
          ResizeRule.dataCut, "bytes that are not zero would be cut off, and it is not known what they belong to",
          offset: piece.lowerBound))
    }
  }

  private static let piece: UInt64 = 16 << 20

  /// Compares what a guest shows of `backend` before and after, by the prediction for a DIMM in `slot`.
  ///
  /// `read` reads the present backend. Namespaces that are cut are not compared.
  package mutating func verifyGuest<Failure: Error>(
    of backend: ResizedBackend, slot: Int,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let kept = min(before.regionSize, after.regionSize)
    let old = try GuestRegion(Self.device(before, slot), labels: backend.area, read: read)
    windows = ContentsWindow.windows(of: old)
    let labels = backend.area(without: namespacesCut)
    let new = try GuestRegion(Self.device(after, slot), labels: labels) { (offset, count) throws(Failure) in
      // The bytes that the region gains read as zeros.
      let stored = offset < kept ? Int(min(UInt64(count), kept - offset)) : 0
      let bytes = stored > 0 ? try read(offset, stored) : []
      return bytes + [UInt8](repeating: 0, count: count - stored)
    }
    let cut = Set(namespacesCut.compactMap(\.uuid))
    let shown = (new.namespaces ?? []).filter { $0.extent != nil }
    for namespace in old.namespaces ?? [] where namespace.extent != nil {
      if let uuid = namespace.label?.uuid, cut.contains(uuid) { continue }
      let other = shown.first { $0.label == namespace.label }
      guard !namespace.isPreserved(as: other) else { continue }
      findings.append(
        Finding(
          ResizeRule.namespaceChanged,
          "the guest would no longer show \(namespace.title) as it is: its info block does not fit the new size"))
    }
  }

  private static func device(_ geometry: BackendGeometry, _ slot: Int) -> NVDIMMDescription {
    // The address of QEMU's first DIMM, above 4 GiB.
    NVDIMMDescription(slot: slot, base: 1 << 32, length: geometry.regionSize)
  }
}

extension GuestNamespace {
  fileprivate var title: String {
    label.map { "namespace \($0.uuid.lowercased)" } ?? "the namespace without a label"
  }

  /// Returns whether `other` is the same thing to a guest, regardless of its size.
  fileprivate func isPreserved(as other: GuestNamespace?) -> Bool {
    guard let other, let now = probe, let then = other.probe else { return false }
    guard now.isEnabled == then.isEnabled else { return !now.isEnabled }
    switch (now.personality, then.personality) {
    case (.raw, .raw): return true
    case (.table(let uuid, let sectorSize, let size), .table(let otherUUID, let otherSectorSize, let otherSize)):
      return (uuid, sectorSize) == (otherUUID, otherSectorSize) && size == otherSize
    case (.superblock(let block), .superblock(let otherBlock)):
      return block == otherBlock && block.hasPageStructures(for: other.extent?.size ?? 0)
    default: return false
    }
  }
}

extension PFNInfoBlock {
  /// Returns whether the space before the data holds the page structures of a namespace of `size` bytes.
  ///
  /// Source: Linux drivers/nvdimm/pfn_devs.c `__nvdimm_setup_pfn`: the structures must fit after the superblock.
  func hasPageStructures(for size: UInt64) -> Bool {
    guard map == .device else { return true }
    let (room, overflow) = layout.dataOffset.subtractingReportingOverflow(Self.offset + UInt64(InfoBlock.size))
    guard !overflow, pageStructureSize > 0, pageSize > 0, let data = dataSize(inNamespaceOf: size) else { return false }
    return (data / UInt64(pageSize)).multipliedFullWidth(by: UInt64(pageStructureSize)).high == 0
      && data / UInt64(pageSize) * UInt64(pageStructureSize) <= room
  }
}
