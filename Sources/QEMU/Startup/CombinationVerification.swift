package import Basics
import PersistentMemory

/// What is wrong, or dangerous, in the way in which the options of one machine go together.
package struct CombinationVerification: Sendable {
  package private(set) var findings: [Finding] = []
  private let prediction: MachinePrediction
  private let rules: SizingRules

  package init(_ prediction: MachinePrediction, rules: SizingRules) {
    self.prediction = prediction
    self.rules = rules
    verifyStop()
    for backend in prediction.backends where backend.request != nil && !backend.isDeleted { verify(backend) }
    verifyRepetitions()
    if prediction.stop == nil { verifyUse() }
  }

  private var qemu: String { "QEMU \(rules.release)" }

  private mutating func add(
    _ rule: BackendRule, _ message: String, severity: Finding.Severity? = nil, hint: String? = nil
  ) {
    findings.append(Finding(rule, message, severity: severity, hint: hint))
  }

  // MARK: What keeps QEMU from starting

  private mutating func verifyStop() {
    switch prediction.stop {
    case .complaint(.start(.memory(let error)), _)?:
      add(error.isAboutSlots ? .slot : .memory, "the machine has no place for the device: \(error)", hint: error.remedy)
    // The finding of the backend tells of it.
    case .complaint(.start, _)? where blamesFile: break
    case .complaint(let complaint, let location)?:
      add(.refused, location.prefix + complaint.description, hint: complaint.remedy)
    case .crash(.preallocatedReadOnly(let id))?:
      add(
        .preallocatedReadOnly, "\(id): \(qemu) falls over prealloc=on of a backend that is only read",
        hint: "prealloc=off")
    case .unknown(let reason)?: add(.undescribed, "what \(qemu) does with \(reason) is not described")
    case .crash(.oddAlignment)?, .hang?, .help?, nil: break
    }
  }

  private var blamesFile: Bool {
    prediction.backends.contains { $0.option.backend.id == prediction.blamed && $0.request != nil }
  }

  // MARK: One backend and its device

  private mutating func verify(_ backend: MachinePrediction.Backend) {
    let option = backend.option.backend
    let device = prediction.devices.first { $0.backend == option.id && $0.option.kind == .nvdimm }
    guard let device else { return }
    let name = option.id
    let isPrivate = !option.isShared && (!option.isReadOnly || backend.option.rom == "off")
    if isPrivate {
      add(
        .notShared, "\(name): share=off, so that nothing of what the guest writes reaches the file", hint: "share=on")
    }
    if option.isPersistentMemory, isPrivate {
      add(.persistentNotShared, "\(name): pmem=on makes nothing persistent with share=off", hint: "share=on")
    }
    if option.discardsData {
      add(
        .discarded, "\(name): discard-data=on throws away what is in the file, labels included, when QEMU ends",
        hint: "discard-data=off")
    }
    if device.option.isUnarmed, !option.isReadOnly {
      add(.unarmedWritable, "\(name): the guest is told that writes may be lost, though they reach the file")
    }
    guard device.option.labelSize != nil else { return }
    if option.isReadOnly, backend.option.rom != "off" { verifyReadOnlyLabels(name) }
    add(.labelReadEmpty, "\(name): a guest's root that reads 0 bytes of the label area ends \(qemu) by an assertion")
  }

  private mutating func verifyReadOnlyLabels(_ name: String) {
    guard rules.release < QEMURelease(8, 2) else {
      add(
        .labelsReadOnly, "\(name): the guest cannot write the labels of a backend that is only read",
        severity: .warning)
      return
    }
    add(
      .labelsReadOnly, "\(name): a guest that writes labels to a backend that is only read ends \(qemu) by SIGSEGV",
      hint: "leave label-size= out, or use QEMU 8.2 or later")
  }

  // MARK: Several backends

  private mutating func verifyRepetitions() {
    var first: [String: MachinePrediction.Backend] = [:]
    for backend in prediction.backends where !backend.isDeleted {
      guard let identity = backend.identity, let other = first.updateValue(backend, forKey: identity) else { continue }
      let areWritten = [backend, other].allSatisfy { $0.option.backend.isShared && !$0.option.backend.isReadOnly }
      add(
        .usedTwice,
        "\(backend.option.backend.id) is the same file as \(other.option.backend.id): \(qemu) takes it twice, and "
          + (areWritten ? "each overwrites the other's data" : "one sees what the other writes"),
        severity: areWritten ? nil : .warning)
    }
  }

  private mutating func verifyUse() {
    for backend in prediction.backends where backend.request != nil && !backend.isDeleted {
      let id = backend.option.backend.id
      if !prediction.usedBackends.contains(id) { add(.unused, "\(id): no device uses the backend") }
    }
  }
}
