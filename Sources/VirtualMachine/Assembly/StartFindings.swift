import Basics
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// What is to be known of a machine's backends before a guest has them: that somebody made one shorter since, that its
/// layout is not the sealed one, that its labels are elsewhere, or those of a DIMM in another slot.
struct StartFindings {
  private(set) var findings: [(path: String, finding: Finding)] = []
  /// The backends, by id, that are to have no labels whatever is in them.
  private let withoutLabels: Set<String>
  /// Bytes that are still searched for index blocks where nothing else tells; each backend takes 2 MiB at most.
  private var left: UInt64 = 32 << 20

  init(withoutLabels: Set<String>) { self.withoutLabels = withoutLabels }

  /// Looks at the file of one NVDIMM.
  mutating func look(
    at file: borrowing Backend, _ backend: MachinePrediction.Backend, _ device: MachinePrediction.Device
  ) {
    guard let request = backend.request else { return }
    let labelSize = device.option.labelSize ?? 0
    var found = Self.layout(of: file, request, labelSize: labelSize, slot: device.placement.slot)
    // Of a file that was cut off the rest is a consequence.
    if let cut = found.first(where: { $0.rule == LayoutRule.truncated.rawValue }) {
      found = [cut]
    } else {
      found += labels(of: file, request.size, device, meansNone: withoutLabels.contains(request.id))
    }
    findings += found.map { (request.path, $0) }
  }

  /// By the layout fingerprint; what it says of another release of QEMU is nothing to our own VMM.
  private static func layout(
    of file: borrowing Backend, _ request: BackendRequest, labelSize: UInt64, slot: Int
  ) -> [Finding] {
    guard file.kind == .regularFile, let sealed = (try? LayoutSeal(of: file, sidecar: nil))?.fingerprint,
      let now = try? file.fingerprint(
        size: request.size, labelSize: labelSize, align: request.alignment, slot: slot, rules: SizingRules(.newest))
    else { return [] }
    return LayoutVerification(of: request.path, sealed: sealed, now: now).findings.filter { finding in
      finding.severity > .note && finding.rule != LayoutRule.release.rawValue
    }
  }

  private mutating func labels(
    of file: borrowing Backend, _ size: UInt64, _ device: MachinePrediction.Device, meansNone: Bool
  ) -> [Finding] {
    let labelSize = device.option.labelSize ?? 0
    let path = file.path.string
    if labelSize > 0, let area = file.indexedArea(of: labelSize, endingAt: size) {
      guard let labels = file.labels(in: area), let own = labels.virtualSlot, own != device.placement.slot else {
        return []
      }
      let cookie = InterleaveSetCookie(virtualSlot: device.placement.slot)
      let dimm = LabelledDIMM(regionSize: device.geometry?.regionSize, cookie: cookie)
      let command = MigrationCommand(path: path, mappedSize: nil, labelSize: nil)
      return LabelVerification(labels, dimm: dimm, command: command).findings.filter { finding in
        finding.rule == LabelRule.labelCookie.rawValue
      }
    }
    let reach = min(LabelAreaLocator.reaches[0], size)
    guard file.kind == .regularFile, reach <= left else { return [] }
    left -= file.dataRanges(in: size - reach..<size).reduce(0) { $0 + UInt64($1.count) }
    let search = try? file.locateLabelArea(mappedSize: size, reaches: [reach]).ofAtLeast(
      BackendGeometry.smallestLabelSize)
    switch search {
    case .cutOff(let area)?: return [area.cutOff(in: path, length: file.size, hasLabels: !meansNone)]
    case .found(let area)? where area.end == size: return [Self.misplacement(of: area, labelSize, meansNone: meansNone)]
    case .ambiguous(let areas)? where areas[0].end == size && labelSize == 0:
      return [
        Finding(
          BackendRule.labelAreaAmbiguous,
          "more than one label area ends where QEMU looks for one: \(areas.listing)",
          severity: meansNone ? .note : nil, offset: areas[0].offset, hint: "label-size=\(areas[0].size)")
      ]
    case .found?, .ambiguous?, .nothing?, nil: return []
    }
  }

  private static func misplacement(of area: LocatedLabelArea, _ labelSize: UInt64, meansNone: Bool) -> Finding {
    let name = "a label area of \(ByteCount(UInt64(area.size))) at \(area.offset.hex) ends the backend"
    guard labelSize > 0 else {
      return Finding(
        BackendRule.labelAreaUnused, "\(name), and without label-size= it is the guest's to overwrite",
        severity: meansNone ? .note : .error, offset: area.offset, hint: "label-size=\(area.size)")
    }
    return Finding(
      BackendRule.labelAreaOther, "\(name): with another label size the guest does not see its labels",
      stored: ByteCount(UInt64(area.size)).precise, expected: ByteCount(labelSize).precise, offset: area.offset,
      hint: "label-size=\(area.size)")
  }
}

extension Backend {
  /// The label area that ends the first `size` bytes, as far as `option` leaves it to be found.
  func labelArea(_ option: LabelSize, endingAt size: UInt64) throws(BackendError) -> LocatedLabelArea? {
    switch option {
    case .none: nil
    case .exactly(let bytes): indexedArea(of: bytes, endingAt: size)
    case .automatic:
      switch try locateLabelArea(mappedSize: size).ofAtLeast(BackendGeometry.smallestLabelSize) {
      case .found(let area) where area.end == size && area.isIntact: area
      case .found, .ambiguous, .cutOff, .nothing: nil
      }
    }
  }

  /// The area of `labelSize` bytes that ends the first `size` bytes, where a valid index block begins it.
  func indexedArea(of labelSize: UInt64, endingAt size: UInt64) -> LocatedLabelArea? {
    guard labelSize > 0, labelSize <= size, size <= self.size, let areaSize = Int(exactly: labelSize) else {
      return nil
    }
    let area = LocatedLabelArea(offset: size - labelSize, size: areaSize, isIntact: true)
    return indexBlocks(of: area).isEmpty ? nil : area
  }

  /// The labels in `area`, read as a whole where its index blocks say that there are any.
  func labels(in area: LocatedLabelArea) -> LabelArea? {
    guard indexBlocks(of: area).contains(where: { !$0.usedSlots.isEmpty }) else { return nil }
    return (try? read(at: area.offset, count: area.size)).flatMap { try? LabelArea($0) }
  }

  /// The valid index blocks at the start of `area`.
  private func indexBlocks(of area: LocatedLabelArea) -> [IndexBlock] {
    var blocks: [IndexBlock] = []
    for labelSize in LabelGeometry.labelSizes {
      guard let geometry = LabelGeometry(areaSize: area.size, labelSize: labelSize) else { continue }
      for number in [0, 1] {
        let offset = area.offset + UInt64(geometry.indexOffset(number))
        guard let bytes = try? read(at: offset, count: geometry.indexSize) else { continue }
        let block = IndexBlock(bytes)
        if block.firstDefect(as: number, in: geometry) == nil { blocks.append(block) }
      }
    }
    return blocks
  }
}
