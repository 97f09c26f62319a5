import Basics
import LabelChange
import PersistentMemory

extension GeneratedDIMM {
  private static let names = [
    "", "", "data", "naïve 😀", "a\"b\\c/d", "tab\there", "</b>", String(repeating: "x", count: 63), "\u{1}\u{7f}",
  ]

  /// Makes namespaces with their labels, in the order of their addresses or in any other; some are removed again.
  mutating func provision(at base: UInt64, using generator: inout SplitMix64) throws {
    guard let labelSize, let geometry = try? BackendGeometry(mappedSize: size, labelSize: UInt64(labelSize)) else {
      return
    }
    let version: LabelVersion = Int.random(in: 0..<3, using: &generator) == 0 ? .v1_1 : .v1_2
    let unit: UInt64 = [16 << 20, 16 << 20, 2 << 20, 4096].randomElement(using: &generator) ?? 4096
    // Sometimes the address is one that the backend had in another machine.
    let place = Int.random(in: 0..<4, using: &generator) == 0 ? 4 << 30 : base
    let target = ProvisioningTarget(
      geometry: geometry, version: version, slot: slot, regionAddress: place, regionAlignment: unit)
    var wanted = Self.namespaces(in: regionSize, unit, &generator)
    var plan: ProvisioningPlan?
    while plan == nil {
      let specifications = wanted.compactMap { try? NamespaceSpecification(parsing: $0) }
      plan = try? ProvisioningPlan(specifications, for: target, uuids: { Self.uuid(&generator) })
      // Any of them may be the one without room.
      guard let last = wanted.indices.randomElement(using: &generator) else { break }
      if plan == nil { wanted.remove(at: last) }
    }
    guard let plan else { return }
    history.append("labels \(version.rawValue)")
    history += plan.namespaces.map { "\($0.mode) \($0.rawSize) at \($0.dpa.hex)" }
    take(plan)
    try relabel(version, labelSize, &generator)
  }

  /// Makes the writes of `plan`.
  mutating func take(_ plan: ProvisioningPlan) {
    for write in plan.writes where write.offset < regionSize {
      pages.append(Page(offset: write.offset, bytes: write.bytes))
    }
    for write in plan.writes where write.offset >= regionSize {
      let start = Int(write.offset - areaOffset)
      area.replaceSubrange(start..<start + write.bytes.count, with: write.bytes)
    }
  }

  /// Returns up to five namespaces that fit into `size` bytes.
  private static func namespaces(in size: UInt64, _ unit: UInt64, _ generator: inout SplitMix64) -> [String] {
    var left = size.alignedDown(to: unit)
    var wanted: [String] = []
    while left > 0, Int.random(in: 0..<6, using: &generator) > 0 {
      let mode = NamespaceMode.allCases.randomElement(using: &generator) ?? .raw
      let least = mode == .sector ? ((17 << 20) + unit).alignedDown(to: unit) : max(unit, 8192)
      guard least <= left else { break }
      let most = Int.random(in: 0..<4, using: &generator) == 0 ? least / unit : left / unit / 2
      let taken = UInt64.random(in: least / unit...max(least / unit, most), using: &generator) * unit
      left -= taken
      let sectorSize = mode.sectorSizes.randomElement(using: &generator) ?? 512
      let map = ["dev", "mem"].randomElement(using: &generator) ?? "dev"
      let alignment = ["4K", "2M"].randomElement(using: &generator) ?? "2M"
      let rest = mode.superblock == nil ? "" : ",map=\(map),align=\(alignment)"
      wanted.append("\(mode),size=\(taken),sector-size=\(sectorSize)\(rest)")
      if wanted.count == 5 { break }
    }
    return wanted
  }

  private mutating func relabel(_ version: LabelVersion, _ size: Int, _ generator: inout SplitMix64) throws {
    var labels = try LabelArea(area).validLabels
    for index in labels.indices { _ = labels[index].setName(Self.names.randomElement(using: &generator) ?? "") }
    if Int.random(in: 0..<4, using: &generator) == 0, let lost = labels.indices.randomElement(using: &generator) {
      history.append("the label of \(labels[lost].dpa.hex) gone")
      labels.remove(at: lost)
    }
    labels.shuffle(using: &generator)
    area = try LabelArea.encoded(version, size: size, labels: labels).array
  }
}
