import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report

/// What is to be measured of one backend under one release: as little as will do, because all of them are kept until
/// the last is checked.
struct BackendMetrics: Sendable {
  let path: String
  let release: QEMURelease
  let status: ExitStatus
  /// Nil where it cannot be told.
  let starts: Bool?
  /// In bytes; nil where they cannot be told.
  let length, mappedSize, labelSize, regionSize: UInt64?
  /// Of the index block in use.
  let slots, freeSlots: UInt64?
  let sequence: UInt64?
  let version: LabelVersion?
  /// How many findings there are of each rule and severity.
  let findings: [FindingKind: Int]

  struct FindingKind: Hashable, Sendable {
    let rule: Rule
    let severity: Finding.Severity
  }

  /// Of each backend in `report`.
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
