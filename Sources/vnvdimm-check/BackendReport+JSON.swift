import BackendStorage
import CommandSupport
import VNVDIMMCore

extension BackendReport: Encodable {
  private enum Keys: String, CodingKey {
    case format, path, kind, length, geometry, labels, contents, host, prediction, findings, error, status
    case qemuVersion = "qemu_version"
    case architecture = "arch"
  }

  private enum GeometryKeys: String, CodingKey {
    case size, labelSize = "label_size", labelOffset = "label_offset", alignment = "align", region, gap, tail
  }

  private enum LabelKeys: String, CodingKey { case source, version, slots, used, slot }

  private enum PredictionKeys: String, CodingKey { case outcome, starts, message, change, warnings, devices }

  private enum ChangeKeys: String, CodingKey { case kind, from, to }

  /// A device as `query-memory-devices` shows it.
  private struct Device: Encodable {
    struct Facts: Encodable {
      let memdev: String
      let hotplugged = false
      let addr: UInt64
      let hotpluggable = true
      let size: UInt64
      let slot: Int
      let node = 0

      private enum CodingKeys: String, CodingKey { case memdev, hotplugged, addr, hotpluggable, size, slot, node }
    }

    let type = "nvdimm"
    let data: Facts

    private enum CodingKeys: String, CodingKey { case type, data }
  }

  /// A file system, a volume or a partition table in a disk of the guest.
  private struct Contents: Encodable {
    let kind: String
    let namespace: String?
    let partition: Int?
    let offset: UInt64
    let end: UInt64?
    let blockSize: UInt64?

    private enum CodingKeys: String, CodingKey {
      case kind, namespace, partition, offset, end, blockSize = "block_size"
    }

    init(_ window: ContentsWindow, _ item: StoredContents) {
      kind = item.kind
      if case .namespace(let identity) = window.place { namespace = identity.uuid?.lowercased } else { namespace = nil }
      partition = item.partition?.number
      offset = item.offset
      end = item.end
      blockSize = item.blockSize
    }
  }

  /// What the host makes of the backend.
  private struct Host: Encodable {
    let state: HostState

    private enum Keys: String, CodingKey {
      case fileSystem = "file_system", pageSize = "page_size", allocated, available, dax, mapSync = "map_sync"
      case sharedExtents = "shared_extents", users
    }

    init(_ state: HostState) { self.state = state }

    func encode(to encoder: any Encoder) throws {
      var host = encoder.container(keyedBy: Keys.self)
      try host.encode(state.fileSystem, forKey: .fileSystem)
      try host.encode(state.pageSize, forKey: .pageSize)
      try host.encode(state.allocated, forKey: .allocated)
      try host.encode(state.available, forKey: .available)
      try host.encode(state.isDirect, forKey: .dax)
      try host.encode(state.hasSynchronousMappings, forKey: .mapSync)
      try host.encode(state.sharesExtents, forKey: .sharedExtents)
      try host.encode(state.users, forKey: .users)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var report = encoder.container(keyedBy: Keys.self)
    try report.encode(1, forKey: .format)
    try report.encode(request.path, forKey: .path)
    try report.encode(rules.release.description, forKey: .qemuVersion)
    try report.encode(rules.architecture, forKey: .architecture)
    try report.encode(kind, forKey: .kind)
    try report.encode(state.length, forKey: .length)
    try report.encode(findings, forKey: .findings)
    try report.encode(failure?.fact, forKey: .error)
    try report.encode(status.rawValue, forKey: .status)
    try encodeGeometry(to: &report)
    try encodeLabels(to: &report)
    try report.encode(contents.map { Contents($0.window, $0.item) }, forKey: .contents)
    try report.encode(host.map(Host.init), forKey: .host)
    try encodePrediction(to: &report)
  }

  private func encodeGeometry(to report: inout KeyedEncodingContainer<Keys>) throws {
    guard let geometry = prediction.geometry else { return try report.encodeNil(forKey: .geometry) }
    var sizes = report.nestedContainer(keyedBy: GeometryKeys.self, forKey: .geometry)
    try sizes.encode(geometry.mappedSize, forKey: .size)
    try sizes.encode(geometry.labelSize, forKey: .labelSize)
    try sizes.encode(geometry.labelOffset, forKey: .labelOffset)
    try sizes.encode(geometry.alignment, forKey: .alignment)
    try sizes.encode(geometry.regionSize, forKey: .region)
    try sizes.encode(geometry.gap, forKey: .gap)
    try sizes.encode(state.length.flatMap { geometry.tail(ofBackend: $0) }, forKey: .tail)
  }

  private func encodeLabels(to report: inout KeyedEncodingContainer<Keys>) throws {
    var facts = report.nestedContainer(keyedBy: LabelKeys.self, forKey: .labels)
    let index = labels.area?.indexes.current
    try facts.encode(labels.source, forKey: .source)
    try facts.encode(index?.version?.rawValue, forKey: .version)
    try facts.encode(index?.slotCount, forKey: .slots)
    try facts.encode(index.map { _ in labels.area?.usedSlots ?? [] }, forKey: .used)
    try facts.encode(labels.slot, forKey: .slot)
  }

  private func encodePrediction(to report: inout KeyedEncodingContainer<Keys>) throws {
    var facts = report.nestedContainer(keyedBy: PredictionKeys.self, forKey: .prediction)
    try facts.encode(outcome, forKey: .outcome)
    // Null where it cannot be told.
    try facts.encode(prediction.outcome == .unknown ? nil : prediction.outcome == .starts, forKey: .starts)
    try facts.encode(prediction.message, forKey: .message)
    try facts.encode(prediction.warnings, forKey: .warnings)
    let device = prediction.placement.map { place in
      Device(data: .init(memdev: "/objects/\(request.id)", addr: place.address, size: place.size, slot: place.slot))
    }
    try facts.encode([device].compactMap(\.self), forKey: .devices)
    guard let change else { return try facts.encodeNil(forKey: .change) }
    var effect = facts.nestedContainer(keyedBy: ChangeKeys.self, forKey: .change)
    try effect.encode(change.kind, forKey: .kind)
    try effect.encode(change.from, forKey: .from)
    try effect.encode(change.to, forKey: .to)
  }

  private var outcome: String {
    switch prediction.outcome {
    case .starts: "starts"
    case .refuses: "refuses"
    case .crashes: "crashes"
    case .spins: "hangs"
    case .unknown: "unknown"
    }
  }

  private var change: (kind: String, from: UInt64?, to: UInt64?)? {
    switch prediction.change {
    case .none: nil
    case .created(let size): ("created", nil, size)
    case .extended(let from, let to): ("extended", from, to)
    case .truncated(let from, let to): ("truncated", from, to)
    case .volatile: ("volatile", nil, nil)
    }
  }
}
