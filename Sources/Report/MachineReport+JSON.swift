package import Basics
import CommandSupport
import Libvirt
import PersistentMemory
import QEMU
import Storage

extension MachineReport {
  /// The document of `--json`.
  package var json: JSONValue {
    let guestView = guestView
    return .object([
      ("format", JSONValue.format), ("program", .text(subject)), ("qemu_version", .text(rules.release.description)),
      ("qemu_version_basis", basis.json),
      ("arch", .text(rules.architecture.rawValue)), ("status", JSONValue(Int(status.rawValue))),
      ("prediction", predictionJSON),
      ("backends", JSONValue(backends) { $0.json(Self.namespaces(of: $0, in: guestView)) }),
      ("findings", .array(allFindings.map { $1.json(about: $0) })),
      ("confirmation", confirmation?.json ?? .null),
    ])
  }

  private var predictionJSON: JSONValue {
    let devices = prediction.stop == nil ? prediction.memoryDevices : []
    return .object([
      ("outcome", .text(outcome)),
      ("starts", JSONValue(starts)),
      ("message", JSONValue(prediction.message)), ("reason", JSONValue(reason)),
      ("warnings", .array(prediction.warnings.map { .text($0) })), ("devices", .array(devices.map(\.json))),
      ("hotplug", .array(prediction.answers.map { JSONValue($0?.description) })),
      ("changes", .array(prediction.backends.filter { $0.change != .none }.map(\.changeJSON))),
    ])
  }

  /// Returns the namespaces that the guest shows in `backend`, as `ndctl list -N` prints them, each with its place;
  /// null if there is no guest, or if they cannot be predicted.
  private static func namespaces(of backend: BackendReport, in listing: GuestListing?) -> JSONValue {
    guard let region = backend.region, let listing,
      let number = listing.dimms.firstIndex(where: { $0.handle == region.device.handle }),
      let listed = listing.regions[number].namespaces
    else { return .null }
    return .array(
      zip(region.namespaces ?? [], listed).compactMap { namespace, listed in
        guard let extent = namespace.extent, case .object(let members) = listed.json else { return nil }
        let dpa = extent.start &- region.device.base
        return .object(members + [("dpa", JSONValue(dpa)), ("rawsize", JSONValue(extent.size))])
      })
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
    case .unsaid(let what)?: "\(what.rawValue) is not given"
    default: nil
    }
  }
}

extension Confirmation {
  fileprivate var json: JSONValue {
    let word: String
    var (predicted, real, reason): (String?, String?, String?)
    switch outcome {
    case .confirmed: word = "confirmed"
    case .contradicted(let said, let told): (word, predicted, real) = ("contradicted", said, told)
    case .impossible(let why): (word, reason) = ("impossible", why)
    }
    return .object([
      ("outcome", .text(word)), ("program", .text(program)), ("predicted", JSONValue(predicted)),
      ("real", JSONValue(real)), ("reason", JSONValue(reason)), ("left_out", .array(leftOut.map { .text($0) })),
    ])
  }
}

extension DomainReport {
  /// The document of `--json`: libvirt's answer, and QEMU's if QEMU is started.
  package var json: JSONValue {
    let starts: Bool, stage: String?, message: String?
    let arguments: JSONValue, qemu: JSONValue
    switch outcome {
    case .refused(let refusal, let at):
      (starts, stage, message) = (false, at.rawValue, refusal.description)
      (arguments, qemu) = (.null, .null)
    case .started(let given, let report):
      (starts, stage, message) = (true, nil, nil)
      (arguments, qemu) = (.array(given.map { .text($0) }), report.json)
    }
    return .object([
      ("format", JSONValue.format), ("path", .text(path)), ("domain", .text(name)),
      ("qemu_version", .text(rules.release.description)), ("libvirt_version", .text(release.description)),
      ("libvirt_version_basis", basis.json),
      ("arch", .text(rules.architecture.rawValue)), ("status", JSONValue(Int(status.rawValue))),
      (
        "libvirt",
        .object([("starts", .boolean(starts)), ("stage", JSONValue(stage)), ("message", JSONValue(message))])
      ),
      ("qemu_arguments", arguments), ("qemu", qemu),
    ])
  }
}

extension BackendReport {
  func json(_ namespaces: JSONValue) -> JSONValue {
    .object([
      ("id", .text(id)), ("path", .text(path)), ("kind", JSONValue(kind?.rawValue)),
      ("error", JSONValue(failure?.fact)),
      ("file_size", JSONValue(fileSize)), ("mapped_size", JSONValue(mappedSize)),
      ("guest_size", JSONValue(geometry?.regionSize)), ("alignment", JSONValue(geometry?.alignment)),
      ("gap", JSONValue(geometry?.gap)), ("tail", JSONValue(geometry.flatMap { $0.tail(ofBackend: fileSize ?? 0) })),
      ("label_area", labelAreaJSON), ("namespaces", namespaces), ("device", device?.json ?? .null),
      ("contents", .array(contents.map { Self.json(of: $0.item, in: $0.window) })), ("host", host?.json ?? .null),
      ("condition", condition?.json ?? .null),
    ])
  }

  private var labelAreaJSON: JSONValue {
    let index = labels.area?.indexes.current
    return .object([
      ("source", .text(labels.source.rawValue)), ("size", JSONValue(geometry.map(\.labelSize))),
      ("offset", JSONValue(geometry?.labelOffset)), ("version", JSONValue(index?.version?.rawValue)),
      ("label_slots", JSONValue(index.map { Int($0.slotCount) })),
      ("used_label_slots", index == nil ? .null : .array((labels.area?.usedSlots ?? []).map { JSONValue($0) })),
      ("dimm_slot", JSONValue(labels.area?.virtualSlot)),
    ])
  }

  /// Returns a file system, a volume or a partition table in a disk of the guest.
  private static func json(of item: StoredContents, in window: ContentsWindow) -> JSONValue {
    var namespace: String?
    if case .namespace(let identity) = window.place { namespace = identity.uuid?.lowercased }
    return .object([
      ("kind", .text(item.kind)), ("namespace", JSONValue(namespace)), ("partition", JSONValue(item.partition?.number)),
      ("offset", JSONValue(item.offset)), ("end", JSONValue(item.end)), ("block_size", JSONValue(item.blockSize)),
    ])
  }
}

extension MachinePrediction.Device {
  /// The DIMM slot, which a virtio-pmem does not have.
  private var slot: Int? { placement.slot >= 0 ? placement.slot : nil }

  fileprivate var json: JSONValue {
    .object([
      ("id", JSONValue(option.id)), ("dimm_slot", JSONValue(slot)),
      ("handle", JSONValue(slot.map { UInt64(NVDIMMDescription.handle(slot: $0)) })),
      ("serial", JSONValue(slot.map { UInt64(NVDIMMDescription.serialNumber(slot: $0)) })),
      ("address", JSONValue(placement.address)), ("node", JSONValue(UInt64(option.node))),
      ("unarmed", .boolean(option.isUnarmed)),
    ])
  }
}

extension MachinePrediction.Backend {
  /// The change of the backend's file: its kind, and the lengths before and after it.
  fileprivate var changeJSON: JSONValue {
    let (kind, from, to): (String, UInt64?, UInt64?) =
      switch change {
      case .none: ("none", nil, nil)
      case .created(let size): ("created", nil, size)
      case .extended(let from, let to): ("extended", from, to)
      case .truncated(let from, let to): ("truncated", from, to)
      case .volatile: ("volatile", nil, nil)
      }
    return .object([
      ("backend", .text(option.backend.id)), ("path", JSONValue(request?.path)), ("kind", .text(kind)),
      ("from", JSONValue(from)), ("to", JSONValue(to)),
    ])
  }
}

extension HostState {
  /// The state of the backend on the host.
  fileprivate var json: JSONValue {
    .object([
      ("file_system", JSONValue(fileSystem)), ("page_size", JSONValue(pageSize)), ("allocated", JSONValue(allocated)),
      ("available", JSONValue(available)), ("dax", .boolean(isDirect)), ("map_sync", .boolean(hasSynchronousMappings)),
      ("shared_extents", .boolean(sharesExtents)),
      (
        "users",
        .array(
          users.map {
            .object([
              ("process", JSONValue($0.process)), ("name", .text($0.name)), ("through", JSONValue($0.through)),
            ])
          })
      ),
    ])
  }
}
