import Basics
package import CommandSupport
import Libvirt
import PersistentMemory
import QEMU
import Storage

extension MachineReport {
  /// The document of `--json`.
  package var json: JSONTree {
    .object([
      ("format", .signed(1)), ("program", .text(subject)), ("qemu_version", .text(rules.release.description)),
      ("arch", .text(rules.architecture.rawValue)), ("status", .signed(Int(status.rawValue))),
      ("prediction", predictionJSON), ("backends", .list(backends.map(\.json))),
      ("findings", .list(allFindings.map { $1.json(about: $0) })),
    ])
  }

  private var predictionJSON: JSONTree {
    let devices = prediction.stop == nil ? prediction.memoryDevices : []
    return .object([
      ("outcome", .text(outcome)),
      ("starts", JSONTree(starts)),
      ("message", JSONTree(prediction.message)), ("reason", JSONTree(reason)),
      ("warnings", .list(prediction.warnings.map { .text($0) })), ("devices", .list(devices.map(\.json))),
      ("hotplug", .list(prediction.answers.map { JSONTree($0?.description) })),
      ("changes", .list(prediction.backends.filter { $0.change != .none }.map(\.changeJSON))),
    ])
  }

  private var outcome: String {
    switch prediction.stop {
    case nil: "starts"
    case .complaint?: "refuses"
    case .help?: "exits"
    case .crash?: "crashes"
    case .hang?: "hangs"
    case .unknown?, .unsaid?: "unknown"
    }
  }

  private var reason: String? {
    switch prediction.stop {
    case .unknown(let reason)?: reason
    case .unsaid(let what)?: "\(what.rawValue) is not told"
    default: nil
    }
  }
}

extension DomainReport {
  /// The document of `--json`: libvirt's answer, and that of QEMU where it comes to that.
  package var json: JSONTree {
    let starts: Bool, stage: String?, message: String?
    let arguments: JSONTree, qemu: JSONTree
    switch outcome {
    case .refused(let refusal, let at):
      (starts, stage, message) = (false, at.rawValue, refusal.description)
      (arguments, qemu) = (.null, .null)
    case .started(let given, let report):
      (starts, stage, message) = (true, nil, nil)
      (arguments, qemu) = (.list(given.map { .text($0) }), report.json)
    }
    return .object([
      ("format", .signed(1)), ("path", .text(path)), ("domain", .text(name)),
      ("qemu_version", .text(rules.release.description)), ("arch", .text(rules.architecture.rawValue)),
      ("status", .signed(Int(status.rawValue))),
      ("libvirt", .object([("starts", .boolean(starts)), ("stage", JSONTree(stage)), ("message", JSONTree(message))])),
      ("qemu_arguments", arguments), ("qemu", qemu),
    ])
  }
}

extension BackendReport {
  fileprivate var json: JSONTree {
    .object([
      ("id", .text(id)), ("path", .text(path)), ("kind", JSONTree(kind?.rawValue)), ("error", JSONTree(failure?.fact)),
      ("file_size", JSONTree(fileSize)), ("mapped_size", JSONTree(mappedSize)),
      ("guest_size", JSONTree(geometry?.regionSize)), ("alignment", JSONTree(geometry?.alignment)),
      ("gap", JSONTree(geometry?.gap)), ("tail", JSONTree(geometry.flatMap { $0.tail(ofBackend: fileSize ?? 0) })),
      ("label_area", labelAreaJSON), ("device", device?.json ?? .null),
      ("contents", .list(contents.map { Self.json(of: $0.item, in: $0.window) })), ("host", host?.json ?? .null),
    ])
  }

  private var labelAreaJSON: JSONTree {
    let index = labels.area?.indexes.current
    return .object([
      ("source", .text(labels.source.rawValue)), ("size", JSONTree(geometry.map(\.labelSize))),
      ("offset", JSONTree(geometry?.labelOffset)), ("version", JSONTree(index?.version?.rawValue)),
      ("label_slots", JSONTree(index.map { Int($0.slotCount) })),
      ("used_label_slots", index == nil ? .null : .list((labels.area?.usedSlots ?? []).map { .signed($0) })),
      ("dimm_slot", JSONTree(labels.area?.virtualSlot)),
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
}

extension MachinePrediction.Device {
  fileprivate var json: JSONTree {
    .object([
      ("id", JSONTree(option.id)), ("dimm_slot", .signed(placement.slot)),
      ("handle", .unsigned(UInt64(NVDIMMDescription.handle(slot: placement.slot)))),
      ("serial", .unsigned(UInt64(NVDIMMDescription.serialNumber(slot: placement.slot)))),
      ("address", .unsigned(placement.address)), ("node", .unsigned(UInt64(option.node))),
      ("unarmed", .boolean(option.isUnarmed)),
    ])
  }
}

extension MachinePrediction.Backend {
  /// What becomes of its file: the kind of change, and the lengths before and after it.
  fileprivate var changeJSON: JSONTree {
    let (kind, from, to): (String, UInt64?, UInt64?) =
      switch change {
      case .none: ("none", nil, nil)
      case .created(let size): ("created", nil, size)
      case .extended(let from, let to): ("extended", from, to)
      case .truncated(let from, let to): ("truncated", from, to)
      case .volatile: ("volatile", nil, nil)
      }
    return .object([
      ("backend", .text(option.backend.id)), ("path", JSONTree(request?.path)), ("kind", .text(kind)),
      ("from", JSONTree(from)), ("to", JSONTree(to)),
    ])
  }
}

extension MemoryDeviceInformation {
  /// As `query-memory-devices` prints it: what a device of the kind does not have is left out.
  fileprivate var json: JSONTree {
    let facts: [(String, JSONTree?)] = [
      ("id", data.id.map { .text($0) }), ("memdev", .text(data.memdev)), ("size", .unsigned(data.size)),
      ("addr", data.addr.map { .unsigned($0) }), ("slot", data.slot.map { .signed($0) }),
      ("node", data.node.map { .unsigned(UInt64($0)) }), ("hotplugged", data.hotplugged.map { .boolean($0) }),
      ("hotpluggable", data.hotpluggable.map { .boolean($0) }), ("memaddr", data.memaddr.map { .unsigned($0) }),
    ]
    return .object([
      ("type", .text(type)), ("data", .object(facts.compactMap { name, value in value.map { (name, $0) } })),
    ])
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
