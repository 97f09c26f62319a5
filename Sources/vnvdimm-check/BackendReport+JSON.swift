import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage

extension BackendReport {
  /// The document of `--json`.
  var json: JSONTree {
    .object([
      ("format", .signed(1)), ("path", .text(request.path)), ("qemu_version", .text(rules.release.description)),
      ("arch", .text(rules.architecture.rawValue)), ("kind", JSONTree(kind?.rawValue)),
      ("length", JSONTree(state.length)), ("findings", .list(findings.map(\.json))), ("error", JSONTree(failure?.fact)),
      ("status", .signed(Int(status.rawValue))), ("geometry", geometryJSON), ("labels", labelsJSON),
      ("contents", .list(contents.map { Self.json(of: $0.item, in: $0.window) })), ("host", host?.json ?? .null),
      ("prediction", predictionJSON),
    ])
  }

  private var geometryJSON: JSONTree {
    guard let geometry = prediction.geometry else { return .null }
    return .object([
      ("size", .unsigned(geometry.mappedSize)), ("label_size", .unsigned(geometry.labelSize)),
      ("label_offset", JSONTree(geometry.labelOffset)), ("align", .unsigned(geometry.alignment)),
      ("region", .unsigned(geometry.regionSize)), ("gap", .unsigned(geometry.gap)),
      ("tail", JSONTree(state.length.flatMap { geometry.tail(ofBackend: $0) })),
    ])
  }

  private var labelsJSON: JSONTree {
    let index = labels.area?.indexes.current
    return .object([
      ("source", .text(labels.source.rawValue)), ("version", JSONTree(index?.version?.rawValue)),
      ("slots", JSONTree(index.map { Int($0.slotCount) })),
      ("used", index == nil ? .null : .list((labels.area?.usedSlots ?? []).map { .signed(Int($0)) })),
      ("slot", JSONTree(labels.slot)),
    ])
  }

  /// A file system, a volume or a partition table in a disk of the guest.
  private static func json(of item: StoredContents, in window: ContentsWindow) -> JSONTree {
    var namespace: String?
    if case .namespace(let identity) = window.place { namespace = identity.uuid?.lowercased }
    return .object([
      ("kind", .text(item.kind)), ("namespace", JSONTree(namespace)), ("partition", JSONTree(item.partition?.number)),
      ("offset", .unsigned(item.offset)), ("end", JSONTree(item.end)), ("block_size", JSONTree(item.blockSize)),
    ])
  }

  private var predictionJSON: JSONTree {
    let isKnown = prediction.outcome != .unknown
    return .object([
      ("outcome", .text(outcome)),
      // Null where it cannot be told.
      ("starts", isKnown ? .boolean(prediction.outcome == .starts) : .null),
      ("message", JSONTree(prediction.message)), ("warnings", .list(prediction.warnings.map { .text($0) })),
      ("devices", .list(prediction.placement.map { [device(at: $0)] } ?? [])), ("change", changeJSON),
    ])
  }

  /// As `query-memory-devices` shows it.
  private func device(at place: MemoryDevicePlacement.Placement) -> JSONTree {
    MemoryDeviceInformation(
      type: "nvdimm",
      data: .init(
        memdev: "/objects/\(request.id)", size: place.size, addr: place.address, slot: place.slot, node: 0,
        hotplugged: false, hotpluggable: true)
    ).json
  }

  private var changeJSON: JSONTree {
    prediction.change == .none ? .null : .object(prediction.change.members)
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
}

extension HostState {
  /// What the host makes of the backend.
  fileprivate var json: JSONTree {
    .object([
      ("file_system", JSONTree(fileSystem)), ("page_size", .unsigned(pageSize)), ("allocated", JSONTree(allocated)),
      ("available", JSONTree(available)), ("dax", .boolean(isDirect)), ("map_sync", .boolean(hasSynchronousMappings)),
      ("shared_extents", .boolean(sharesExtents)),
      (
        "users",
        .list(
          users.map {
            .object([
              ("process", JSONTree($0.process)), ("name", .text($0.name)), ("through", JSONTree($0.through)),
            ])
          })
      ),
    ])
  }
}
