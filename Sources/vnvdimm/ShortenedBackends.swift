import BackendStorage
import CommandSupport
import GuestConfiguration
import SystemPackage
import VNVDIMMCore

/// The backends of a machine that somebody has made shorter since they were made or sealed: what lay behind their end is
/// lost, and mostly that is the labels.
struct ShortenedBackends {
  private let findings: [(path: String, finding: Finding)]

  /// Looks at the files of `configuration` that are there. Without a layout fingerprint this reads the last 2 MiB.
  init(_ configuration: MachineConfiguration) {
    findings = configuration.devices.compactMap { device in
      guard let backend = configuration.backend(of: device), case .file(let path) = backend.storage,
        let file = try? Backend(path: FilePath(path)), file.kind == .regularFile
      else { return nil }
      let labelSize = device.labelSize ?? 0
      let finding = Self.truncation(of: file, labelSize: labelSize) ?? Self.cutOff(of: file, labelSize: labelSize)
      return finding.map { (path, $0) }
    }
  }

  /// Throws where that is damage, and tells of it where the guest loses nothing that it is to have.
  func check() throws(CommandFailure) {
    for (path, finding) in findings {
      guard finding.severity < .error else {
        throw CommandFailure(
          .damaged, path, finding.fact, hint: finding.hint ?? "vnvdimm check \(path.shellQuotedPath)")
      }
      StandardStream.diagnose(finding, of: Emulate.programName, about: path)
    }
  }

  /// By the layout fingerprint.
  private static func truncation(of file: borrowing Backend, labelSize: UInt64) -> Finding? {
    guard let sealed = (try? LayoutSeal(of: file, sidecar: nil))?.fingerprint, file.size < sealed.length,
      let now = try? file.fingerprint(
        size: file.size, labelSize: labelSize, align: sealed.align, slot: nil, rules: SizingRules(.newest))
    else { return nil }
    return LayoutVerification(of: file.path.string, sealed: sealed, now: now).findings.first { finding in
      finding.rule == LayoutRule.truncated.rawValue
    }
  }

  /// By an index block that describes an area beyond the end.
  private static func cutOff(of file: borrowing Backend, labelSize: UInt64) -> Finding? {
    guard
      case .cutOff(let area)? = try? file.locateLabelArea(
        mappedSize: file.size, reaches: [LabelAreaLocator.reaches[0]]
      ).ofAtLeast(BackendGeometry.smallestLabelSize)
    else { return nil }
    return area.cutOff(in: file.path.string, length: file.size, hasLabels: labelSize > 0)
  }
}
