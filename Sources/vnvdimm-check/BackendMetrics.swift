import Basics
import CommandSupport
import PersistentMemory
import QEMU

/// What is to be measured of one backend under one release: as little as will do, because all of them are kept until
/// the last is checked.
struct BackendMetrics: Sendable {
  let path: String
  let release: QEMURelease
  let status: ExitStatus
  /// Nil where it cannot be told.
  let starts: Bool?
  /// F, S, L and R, in bytes.
  let length, mappedSize, labelSize, regionSize: UInt64?
  /// Of the index block in use.
  let slots, freeSlots: UInt64?
  let sequence: UInt64?
  let version: LabelVersion?
  /// How many findings there are of each rule and severity.
  let findings: [FindingKind: Int]

  struct FindingKind: Hashable, Sendable {
    let rule: String
    let severity: Finding.Severity
  }

  init(_ report: BackendReport) {
    let index = report.labels.area?.indexes.current
    let geometry = report.prediction.geometry
    path = report.request.path
    release = report.rules.release
    status = report.status
    starts = report.prediction.outcome == .unknown ? nil : report.prediction.outcome == .starts
    length = report.state.length
    mappedSize = geometry?.mappedSize
    labelSize = geometry?.labelSize
    regionSize = geometry?.regionSize
    slots = index.map { UInt64($0.slotCount) }
    freeSlots = index.map { UInt64($0.slotCount) - UInt64(report.labels.area?.usedSlots.count ?? 0) }
    sequence = index.map { UInt64($0.sequence.value) }
    version = index?.version
    findings = Dictionary(report.findings.map { (FindingKind(rule: $0.rule, severity: $0.severity), 1) }) { $0 + $1 }
  }
}
