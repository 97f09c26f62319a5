import BackendStorage
import CommandSupport
import GuestConfiguration
import VNVDIMMCore

extension CommandCheck {
  private enum Keys: String, CodingKey {
    case format, program, prediction, backends, findings, status, qemuVersion = "qemu_version", architecture = "arch"
  }

  private enum PredictionKeys: String, CodingKey {
    case outcome, starts, message, reason, warnings, devices, changes, hotplug
  }

  private enum ChangeKeys: String, CodingKey { case backend, path, kind, from, to }

  private enum BackendKeys: String, CodingKey { case id, device, report }

  private enum DeviceKeys: String, CodingKey {
    case id, slot, handle, serial, labelSize = "label_size", region, address, node, unarmed
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Keys.self)
    try document.encode(1, forKey: .format)
    try document.encode(program, forKey: .program)
    try document.encode(rules.release.description, forKey: .qemuVersion)
    try document.encode(rules.architecture, forKey: .architecture)
    try document.encode(findings, forKey: .findings)
    try document.encode(status.rawValue, forKey: .status)
    try encodePrediction(to: &document)
    var list = document.nestedUnkeyedContainer(forKey: .backends)
    for backend in backends {
      var item = list.nestedContainer(keyedBy: BackendKeys.self)
      try item.encode(backend.id, forKey: .id)
      try item.encode(backend.report, forKey: .report)
      guard let device = backend.device else {
        try item.encodeNil(forKey: .device)
        continue
      }
      var facts = item.nestedContainer(keyedBy: DeviceKeys.self, forKey: .device)
      try encode(device, to: &facts)
    }
  }

  private func encode(
    _ device: MachinePrediction.Device, to facts: inout KeyedEncodingContainer<DeviceKeys>
  ) throws {
    let place = device.placement
    try facts.encode(device.option.id, forKey: .id)
    try facts.encode(place.slot, forKey: .slot)
    try facts.encode(NVDIMMDescription.handle(slot: place.slot), forKey: .handle)
    try facts.encode(NVDIMMDescription.serialNumber(slot: place.slot), forKey: .serial)
    try facts.encode(device.option.labelSize ?? 0, forKey: .labelSize)
    try facts.encode(place.size, forKey: .region)
    try facts.encode(place.address, forKey: .address)
    try facts.encode(device.option.node, forKey: .node)
    try facts.encode(device.option.isUnarmed, forKey: .unarmed)
  }

  private func encodePrediction(to document: inout KeyedEncodingContainer<Keys>) throws {
    var facts = document.nestedContainer(keyedBy: PredictionKeys.self, forKey: .prediction)
    try facts.encode(outcome, forKey: .outcome)
    // Null where it cannot be told.
    try facts.encode(outcome == "unknown" ? nil : outcome == "starts", forKey: .starts)
    try facts.encode(prediction.message, forKey: .message)
    try facts.encode(reason, forKey: .reason)
    try facts.encode(prediction.warnings, forKey: .warnings)
    try facts.encode(prediction.stop == nil ? prediction.memoryDevices : [], forKey: .devices)
    try facts.encode(prediction.answers.map { $0?.description }, forKey: .hotplug)
    var list = facts.nestedUnkeyedContainer(forKey: .changes)
    for backend in prediction.backends where backend.change != .none {
      var change = list.nestedContainer(keyedBy: ChangeKeys.self)
      let (kind, from, to) = backend.change.facts
      try change.encode(backend.option.backend.id, forKey: .backend)
      try change.encode(backend.request?.path, forKey: .path)
      try change.encode(kind, forKey: .kind)
      try change.encode(from, forKey: .from)
      try change.encode(to, forKey: .to)
    }
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

extension BackendPrediction.Change {
  /// The kind of change, and the lengths before and after it.
  var facts: (kind: String, from: UInt64?, to: UInt64?) {
    switch self {
    case .none: ("none", nil, nil)
    case .created(let size): ("created", nil, size)
    case .extended(let from, let to): ("extended", from, to)
    case .truncated(let from, let to): ("truncated", from, to)
    case .volatile: ("volatile", nil, nil)
    }
  }
}
