import Basics
import CommandSupport
import PersistentMemory
import QEMU

extension CommandCheck {
  /// The document of `--json`.
  var json: JSONTree {
    .object([
      ("format", .signed(1)), ("program", .text(program)), ("qemu_version", .text(rules.release.description)),
      ("arch", .text(rules.architecture.rawValue)), ("findings", .list(findings.map(\.json))),
      ("status", .signed(Int(status.rawValue))), ("prediction", predictionJSON),
      ("backends", .list(backends.map(\.json))),
    ])
  }

  private var predictionJSON: JSONTree {
    let devices = prediction.stop == nil ? prediction.memoryDevices : []
    return .object([
      ("outcome", .text(outcome)),
      // Null where it cannot be told.
      ("starts", outcome == "unknown" ? .null : .boolean(outcome == "starts")),
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
    case .unknown?: "unknown"
    }
  }

  private var reason: String? {
    if case .unknown(let reason)? = prediction.stop { reason } else { nil }
  }
}

extension CommandCheck.BackendCheck {
  fileprivate var json: JSONTree {
    .object([("id", .text(id)), ("device", device?.json ?? .null), ("report", report.json)])
  }
}

extension MachinePrediction.Device {
  fileprivate var json: JSONTree {
    .object([
      ("id", JSONTree(option.id)), ("slot", .signed(placement.slot)),
      ("handle", .unsigned(UInt64(NVDIMMDescription.handle(slot: placement.slot)))),
      ("serial", .unsigned(UInt64(NVDIMMDescription.serialNumber(slot: placement.slot)))),
      ("label_size", .unsigned(option.labelSize ?? 0)), ("region", .unsigned(placement.size)),
      ("address", .unsigned(placement.address)), ("node", .unsigned(UInt64(option.node))),
      ("unarmed", .boolean(option.isUnarmed)),
    ])
  }
}

extension MachinePrediction.Backend {
  /// What becomes of its file.
  fileprivate var changeJSON: JSONTree {
    .object([("backend", .text(option.backend.id)), ("path", JSONTree(request?.path))] + change.members)
  }
}

extension BackendPrediction.Change {
  /// The kind of change, and the lengths before and after it.
  var members: [(name: String, value: JSONTree)] {
    let (kind, from, to): (String, UInt64?, UInt64?) =
      switch self {
      case .none: ("none", nil, nil)
      case .created(let size): ("created", nil, size)
      case .extended(let from, let to): ("extended", from, to)
      case .truncated(let from, let to): ("truncated", from, to)
      case .volatile: ("volatile", nil, nil)
      }
    return [("kind", .text(kind)), ("from", JSONTree(from)), ("to", JSONTree(to))]
  }
}
