import Basics
import Libvirt
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// What libvirt does with an NVDIMM that its owner may not expect.
struct LibvirtVerification {
  /// Those of `report` included.
  private(set) var findings: [Finding]

  /// `device` is as it was defined, `started` the same as libvirt gives it to QEMU.
  init(_ device: LibvirtMemoryDevice, started: LibvirtMemoryDevice, _ report: BackendReport) {
    let size = started.size << 10
    // QEMU would make the file: with libvirt it does not come to that.
    findings = report.findings.map { finding in
      guard finding.rule == BackendRule.missing.rawValue else { return finding }
      return Finding(
        BackendRule.libvirtMissing,
        "libvirt starts no guest whose file is not there: it cannot give it to QEMU's user", hint: finding.hint)
    }
    if device.model == .nvdimm, device.size != started.size {
      findings.append(
        Finding(
          BackendRule.libvirtRounding, "libvirt rounds the size to a multiple of its own",
          stored: ByteCount(device.size << 10).precise, expected: ByteCount(size).precise,
          hint: "<size unit='KiB'>\(started.size)</size>"))
    }
    if device.model == .nvdimm, !started.isPersistentMemory, let stored = Self.allocated(report), stored < size {
      findings.append(
        Finding(
          BackendRule.libvirtPreallocation, "libvirt has QEMU fill the sparse file at the start",
          stored: ByteCount(stored).precise, expected: ByteCount(size).precise))
    }
  }

  /// Bytes that the file takes on its disk; nil for devices.
  private static func allocated(_ report: BackendReport) -> UInt64? {
    guard report.kind == .regularFile, let status = try? FilePath(report.request.path).stat() else { return nil }
    return UInt64(clamping: status.sizeAllocated)
  }
}
