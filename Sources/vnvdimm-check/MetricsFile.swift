import Basics
import CommandSupport
import FoundationEssentials
import QEMU
import Storage
import SystemPackage

/// The results of a check in the text format of Prometheus, for the textfile collector of its node exporter.
///
/// Source: prometheus.io, "Exposition formats", version 0.0.4.
struct MetricsFile {
  private let backends: [BackendMetrics]
  private let time: Date

  /// A path that was checked more than once counts once, because a series has one value.
  init(_ backends: [BackendMetrics], checkedAt time: Date) {
    let sorted = backends.sorted { ($0.path, $0.release) < ($1.path, $1.release) }
    var last: BackendMetrics?
    self.backends = sorted.filter { backend in
      defer { last = backend }
      return last.map { $0.path != backend.path || $0.release != backend.release } ?? true
    }
    self.time = time
  }

  /// Replaces earlier metrics at `path` atomically, so that readers never see a partial file; does not replace any
  /// other file.
  func write(to path: String) throws(CommandFailure) {
    let bytes = bytes
    do throws(BackendError) {
      let file = BackendCreation(
        path: FilePath(path), size: UInt64(bytes.count), contents: [(0, SparseBytes(bytes))],
        replacement: .own { $0.starts(with: "# HELP vnvdimm_".utf8) }, isPublic: true)
      try file.make(for: Check.programName)
    } catch {
      if case .exists = error.reason {
        throw CommandFailure(
          .damaged, path, "the file exists, and holds no metrics", hint: .command("ls", "-l", path: path))
      }
      throw CommandFailure(.incomplete, path, "cannot write the metrics: \(error.reason)")
    }
  }

  /// The file's contents: each metric with its help, its type, and all of its series.
  private var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for metric in BackendMetric.all {
      let head = Self.head(metric.name, metric.help)
      var isEmpty = true
      for backend in backends {
        for series in metric.values(backend) {
          if isEmpty { bytes += head.utf8 }
          isEmpty = false
          bytes += Self.line(metric.name, backend, series.labels, series.value).utf8
        }
      }
    }
    let seconds = UInt64(max(0, time.timeIntervalSince1970))
    bytes += Self.head("vnvdimm_check_backends", "Backends that were checked, under all releases of QEMU.").utf8
    bytes += "vnvdimm_check_backends \(backends.count)\n".utf8
    bytes += Self.head("vnvdimm_check_timestamp_seconds", "When the check was done, in seconds since 1970 (UTC).").utf8
    bytes += "vnvdimm_check_timestamp_seconds \(seconds)\n".utf8
    return bytes
  }

  private static func head(_ name: String, _ help: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
  }

  private static func line(
    _ name: String, _ backend: BackendMetrics, _ labels: [(name: String, value: String)], _ value: UInt64
  ) -> String {
    let all = [("path", backend.path), ("qemu_version", backend.release.description)] + labels
    return "\(name){\(all.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ","))} \(value)\n"
  }

  /// Returns a label value as it is written between quotation marks.
  private static func escaped(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x5c || $0 == 0x22 || $0 == 0x0a }) else { return value }
    return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
