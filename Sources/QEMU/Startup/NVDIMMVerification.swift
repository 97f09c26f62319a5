package import Basics
import PersistentMemory

/// The faults and dangers of a combination of options of one backend and its NVDIMM.
package struct NVDIMMVerification: Sendable {
  package private(set) var findings: [Finding] = []
  private let rules: SizingRules

  /// `device` is the NVDIMM or virtio-pmem that has the backend; `nil` if there is none. `isUsed` says whether anything
  /// uses the backend, and `holdsData` whether it holds data worth keeping.
  package init(_ option: BackendOption, _ device: MemoryDevice?, isUsed: Bool, rules: SizingRules, holdsData: Bool) {
    self.rules = rules
    guard let device else {
      if !isUsed { add(.unused, "no device uses the backend") }
      return
    }
    let backend = option.backend
    let isReadOnly = backend.isReadOnly && option.rom != "off"
    if !backend.isShared, !isReadOnly {
      let severity: Finding.Severity? = holdsData ? .error : nil
      add(
        .notShared, "with share=off, nothing that the guest writes reaches the file", severity: severity,
        settings: [.shared])
      if backend.isPersistentMemory {
        add(
          .persistentNotShared, "pmem=on makes nothing persistent with share=off", severity: severity,
          settings: [.shared])
      }
    }
    if backend.discardsData {
      add(
        .discarded, "discard-data=on discards the contents of the file, labels included, when QEMU ends",
        settings: [.keepsData])
    }
    if device.isUnarmed, !backend.isReadOnly {
      add(
        .unarmedWritable,
        "unarmed=on tells the guest that writes may be lost, and Linux makes "
          + "its disks read-only, although the backend is writable")
    }
    if device.labelSize != nil, isReadOnly { verifyReadOnlyLabels() }
  }

  private mutating func add(
    _ rule: BackendRule, _ message: String, severity: Finding.Severity? = nil, settings: [StartSetting] = []
  ) {
    findings.append(Finding(rule, message, severity: severity, settings: settings))
  }

  private mutating func verifyReadOnlyLabels() {
    guard rules.release < QEMURelease(8, 2) else {
      add(
        .labelsReadOnly, "the guest cannot write the labels of a read-only backend", severity: .warning)
      return
    }
    add(
      .labelsReadOnly,
      "a guest that writes labels to a read-only backend crashes QEMU \(rules.release) with SIGSEGV; QEMU 8.2 and "
        + "later refuse the write", settings: [.labelSize(nil)])
  }
}
