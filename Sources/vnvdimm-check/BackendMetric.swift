import Basics
import CommandSupport
import PersistentMemory

/// One metric: its name, its meaning, and its series for a backend.
struct BackendMetric: Sendable {
  typealias Series = (labels: [(name: String, value: String)], value: UInt64)

  let name: String
  let help: String
  let values: @Sendable (BackendMetrics) -> [Series]

  /// Creates a metric with one series, or with none if there is no value.
  private init(_ name: String, _ help: String, _ value: @escaping @Sendable (BackendMetrics) -> UInt64?) {
    self.init(name, help, series: { backend in value(backend).map { [(labels: [], value: $0)] } ?? [] })
  }

  private init(_ name: String, _ help: String, series: @escaping @Sendable (BackendMetrics) -> [Series]) {
    self.name = name
    self.help = help
    values = series
  }

  /// All metrics in the order of the file.
  static let all: [BackendMetric] = [
    BackendMetric(
      "vnvdimm_backend_status",
      "Exit status of vnvdimm-check: 0 consistent, 3 irregular, 2 damaged or refused, 63 no backend, 1 not examined."
    ) { UInt64($0.status.rawValue) },
    BackendMetric("vnvdimm_backend_starts", "Whether QEMU starts with the backend.") {
      $0.starts.map { $0 ? 1 : 0 }
    },
    BackendMetric(
      "vnvdimm_backend_findings", "Findings about the backend, by rule and severity.",
      series: { backend in
        backend.findings.sorted { ($0.key.rule.id, $0.key.severity) < ($1.key.rule.id, $1.key.severity) }.map {
          ([("rule", $0.key.rule.id), ("severity", $0.key.severity.rawValue)], UInt64($0.value))
        }
      }),
    BackendMetric("vnvdimm_backend_file_bytes", "File size: bytes in the file or device.") { $0.length },
    BackendMetric("vnvdimm_backend_mapped_bytes", "Mapped size: bytes that QEMU maps.") { $0.mappedSize },
    BackendMetric("vnvdimm_backend_label_bytes", "Bytes of the label area.") { $0.labelSize },
    BackendMetric("vnvdimm_backend_region_bytes", "Guest size: bytes that the guest sees.") { $0.regionSize },
    BackendMetric("vnvdimm_backend_label_slots", "Label slots of the index block in use.") { $0.slots },
    BackendMetric("vnvdimm_backend_label_slots_free", "Label slots that hold no label.") { $0.freeSlots },
    BackendMetric(
      "vnvdimm_backend_label_sequence", "Sequence number of the index block in use: 1, 2, 3, 1 and so on."
    ) { $0.sequence },
    BackendMetric(
      "vnvdimm_backend_label_info", "Version of the label format.",
      series: { backend in backend.version.map { [([("version", $0.rawValue)], 1)] } ?? [] }),
  ]
}
