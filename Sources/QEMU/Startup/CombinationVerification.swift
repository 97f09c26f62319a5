package import Basics
import PersistentMemory

/// The faults and dangers of a combination of options of one machine.
package struct CombinationVerification: Sendable {
  package private(set) var findings: [Finding] = []
  private let prediction: MachinePrediction
  private let rules: SizingRules

  package init(_ prediction: MachinePrediction, rules: SizingRules) {
    self.prediction = prediction
    self.rules = rules
    if rules.release.isNewerThanDescribed {
      add(
        .undescribed,
        "\(qemu) is newer than \(QEMURelease.newest), the newest known release, whose rules are used"
      )
    }
    verifyStop()
    verifyRepetitions()
    for device in prediction.devices where device.option.kind.isPersistent { verifyStorage(of: device) }
    verifyMemoryBlocks()
  }

  private var qemu: String { "QEMU \(rules.release)" }

  private mutating func add(
    _ rule: BackendRule, _ message: String, severity: Finding.Severity? = nil, hint: Hint? = nil
  ) {
    findings.append(Finding(rule, message, severity: severity, hint: hint))
  }

  // MARK: What prevents QEMU from starting

  private mutating func verifyStop() {
    switch prediction.stop {
    case .complaint(.start(.memory(let error)), _)?: findings.append(error.finding)
    // The finding of the backend reports it.
    case .complaint(.start, _)? where blamesFile: break
    case .complaint(let complaint, let location)?:
      add(.refused, location.prefix + complaint.description, hint: complaint.remedy)
    case .crash(.preallocatedReadOnly(let id))?:
      add(
        .preallocatedReadOnly, "\(id): \(qemu) crashes with prealloc=on on a read-only backend",
        hint: .options("prealloc=off"))
    case .unknown(let reason)?: add(.undescribed, "what \(qemu) does with \(reason) is not described")
    case .crash(.oddAlignment)?, .hang?, .help?, .unsaid?, nil: break
    }
  }

  private var blamesFile: Bool {
    prediction.backends.contains { $0.option.backend.id == prediction.blamed && $0.request != nil }
  }

  private mutating func verifyStorage(of device: MachinePrediction.Device) {
    let backend = prediction.backends.first { $0.option.backend.id == device.backend }
    guard backend?.request == nil else { return }
    let name = device.option.kind == .nvdimm ? "the NVDIMM" : "the virtio-pmem"
    add(.noFile, "\(device.backend): there is no file behind \(name), and everything that the guest writes is lost")
  }

  // MARK: Memory after persistent memory

  /// Linux adds RAM in whole blocks only. A device that ends inside a block keeps the next device from the rest of it.
  private mutating func verifyMemoryBlocks() {
    guard
      let block = rules.linux.memoryBlock(on: rules.architecture, ram: prediction.ram, ramEnd: prediction.ramEnd)
    else { return }
    let unit = "a multiple of \(ByteCount(block))"
    let devices = prediction.devicesByAddress
    for device in devices where device.option.kind == .dimm {
      let place = device.placement
      guard !place.address.isMultiple(of: block) || !place.size.isMultiple(of: block) else { continue }
      let next = place.size.isMultiple(of: block) ? place.address.alignedUp(to: block) : nil
      findings.append(
        Finding(
          BackendRule.memoryBlock,
          "\(device.backend): Linux takes RAM in blocks of \(ByteCount(block)), and refuses this RAM (Block size [\(block.hex)] unaligned hotplug range)",
          stored: "\(place.size.hex) bytes at \(place.address.hex)", expected: unit,
          settings: next.map { [.address($0)] } ?? []))
    }
    guard prediction.freeSlots > 0, prediction.freeMemory >= block, prediction.stop == nil,
      let last = devices.last, last.option.kind.isPersistent, !last.end.isMultiple(of: block)
    else { return }
    findings.append(
      Finding(
        BackendRule.memoryBlock,
        "\(last.backend): RAM plugged after it would start within a block of \(ByteCount(block)), and Linux "
          + "refuses it", severity: .note, stored: last.end.hex, expected: unit))
  }

  // MARK: Several backends

  private mutating func verifyRepetitions() {
    var first: [String: MachinePrediction.Backend] = [:]
    for backend in prediction.backends where !backend.isDeleted {
      guard let identity = backend.identity, let other = first.updateValue(backend, forKey: identity) else { continue }
      let areWritten = [backend, other].allSatisfy { $0.option.backend.isShared && !$0.option.backend.isReadOnly }
      let (path, first) = (backend.subject, other.subject)
      add(
        .usedTwice,
        (path == first ? "\(path) is the file of two backends" : "\(path) is the same file as \(first)")
          + ": \(qemu) accepts that, and "
          + (areWritten ? "each overwrites the other's data" : "one sees what the other writes"),
        severity: areWritten ? nil : .warning)
    }
  }
}

extension MachinePrediction.Device {
  /// The address after the device's last byte.
  fileprivate var end: UInt64 { placement.address + placement.size }
}

extension MachinePrediction.Backend {
  /// The name of the backend in messages: its path, or its id if it has no path.
  fileprivate var subject: String { (request?.path ?? option.backend.id).asSubject }
}
