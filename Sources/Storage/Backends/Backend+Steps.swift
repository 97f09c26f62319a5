import Basics
import CLinux
import Glibc
package import LabelChange
import SystemPackage

extension Backend {
  /// Carries out `steps`, one after the other. The backend must be open for writing.
  ///
  /// A signal that asks the program to end waits until all is done. Files and block devices are written by system
  /// calls and flushed by fsync(2), which serves DAX file systems, too; a DAX device, which has neither, by way of a
  /// mapping, from which the CPU's caches are written back at once.
  package func carryOut(_ steps: [StorageStep]) throws(BackendError) {
    clinux_report_file_size_limit()
    let hold = TerminationHold()
    defer { withExtendedLifetime(hold) {} }
    for step in steps {
      switch step {
      case .write(let offset, let bytes): try write(bytes, at: offset)
      case .flush: try flush()
      case .resize(let length): try resize(to: length)
      }
      DebugLog.note("\(path): \(step.debugText)")
    }
  }

  private func write(_ bytes: [UInt8], at offset: UInt64) throws(BackendError) {
    do {
      guard kind == .daxDevice else {
        try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), bytes)
        return
      }
      try descriptor.writeMapped(bytes, at: offset, alignment: alignment)
    } catch { throw BackendError(path, .cannotWrite(offset: offset, Errno(error))) }
  }

  private func flush() throws(BackendError) {
    guard kind != .daxDevice, fsync(descriptor.rawValue) != 0 else { return }
    throw BackendError(path, .cannotFinish(Errno(rawValue: errno)))
  }

  private func resize(to length: UInt64) throws(BackendError) {
    do { try descriptor.resize(to: Int64(clamping: length)) } catch {
      throw BackendError(path, .cannotReserve(length, Errno(error)))
    }
  }
}

extension StorageStep {
  /// As `VNVDIMM_LOG=debug` tells it.
  fileprivate var debugText: String {
    switch self {
    case .write(let offset, let bytes): "\(bytes.count) bytes written at \(offset.hex)"
    case .flush: "flushed"
    case .resize(let length): "resized to \(ByteCount(length).precise)"
    }
  }
}
