import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report

/// The measurements of one backend under one release. They are kept as small as possible, because all of them stay in
/// memory until the last backend is checked.
struct BackendMetrics: Sendable {
  let path: String
  let release: QEMURelease
  let status: ExitStatus
  /// Whether QEMU starts; `nil` if it is not known.
  let starts: Bool?
  /// The sizes in bytes; `nil` if they are not known.
  let length, mappedSize, labelSize, regionSize: UInt64?
  /// The numbers of slots, according to the current index block.
  let slots, freeSlots: UInt64?
  let sequence: UInt64?
  let version: LabelVersion?
  /// The number of findings of each rule and severity.
  let findings: [FindingKind: Int]

  struct FindingKind: Hashable, Sendable {
    let rule: Rule
    let severity: Finding.Severity
  }

  /// Returns the metrics of each backend in `report`.
  static func all(_ report: MachineReport) -> [BackendMetrics] {
    report.backends.map { BackendMetrics($0, of: report) }
  }

  private init(_ backend: BackendReport, of report: MachineReport) {
    let index = backend.labels.area?.indexes.current
    path = backend.path
    release = report.rules.release
    status = backend.status
    starts = report.starts
    length = backend.fileSize
    mappedSize = backend.geometry?.mappedSize
    labelSize = backend.geometry?.labelSize
    regionSize = backend.geometry?.regionSize
    slots = index.map { UInt64($0.slotCount) }
    freeSlots = index.map { UInt64($0.slotCount) - UInt64(backend.labels.area?.usedSlots.count ?? 0) }
    sequence = index.map { UInt64($0.sequence.value) }
    version = index?.version
    findings = Dictionary(backend.findings.map { (FindingKind(rule: $0.rule, severity: $0.severity), 1) }) { $0 + $1 }
  }
}
