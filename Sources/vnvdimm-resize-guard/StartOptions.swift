import ArgumentParser
import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// The values that a start of the guest will use. Values that are not given come from the fingerprint, or are
/// determined from the backend.
struct StartOptions: ParsableArguments {
  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The mapped size. (default: as sealed, or the file size)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The label size, auto or none. (default: auto)", valueName: "size"),
    completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSize: LabelSize = .automatic

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The alignment. (default: as sealed)", valueName: "size"),
    completion: .alignments, transform: size)
  var align: ByteCount?

  @Option(parsing: .unconditional, help: "The slot of the DIMM. (default: as sealed)")
  var slot: Int?

  @Option(
    name: .customLong("qemu-version"),
    help: ArgumentHelp("A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)", valueName: "release"),
    completion: .releases, transform: release)
  var qemuRelease: QEMURelease?

  @Option(help: "The guest's architecture. (default: as sealed, or x86_64)")
  var arch: Architecture?

  @Option(
    help: ArgumentHelp("A separate file for the fingerprint.", valueName: "file"), completion: .file(),
    transform: utf8Path)
  var sidecar: String?

  /// Returns the rules by which QEMU lays out the backend.
  func rules(sealed: LayoutFingerprint?) -> SizingRules {
    let rules = sealed?.rules
    return SizingRules(qemuRelease ?? rules?.release ?? .newest, arch ?? rules?.architecture ?? .x86_64)
  }

  /// Returns the stored fingerprint of `backend`; `nil` if there is none.
  func seal(of backend: borrowing Backend) throws(CommandFailure) -> LayoutSeal? {
    do throws(LayoutSealError) { return try LayoutSeal(of: backend, sidecar: sidecar.map { FilePath($0) }) } catch {
      throw error.failure(of: backend.path.string, sidecar: sidecar)
    }
  }

  /// Returns the fingerprint of the present backend as the next start uses it; `sealed` is the stored one.
  func fingerprint(
    of backend: borrowing Backend, sealed: LayoutFingerprint?
  ) throws -> LayoutFingerprint {
    let size = mappedSize?.bytes ?? sealed?.size ?? backend.size
    // A sealed backend that is too small has lost its contents, which has another answer.
    guard sealed != nil || backend.size >= Architecture.x86_64.pageSize else {
      throw BackendError(backend.path, .noPage(backend.size))
    }
    return try backend.fingerprint(
      size: size, labelSize: labelSize(of: backend, mappedSize: size, sealed: sealed),
      align: align?.bytes ?? sealed?.align ?? (backend.kind == .daxDevice ? backend.alignment : 0),
      slot: slot ?? sealed?.slot, rules: rules(sealed: sealed))
  }

  /// Returns the label size, 0 without labels.
  func labelSize(
    of backend: borrowing Backend, mappedSize: UInt64, sealed: LayoutFingerprint?
  ) throws -> UInt64 {
    switch labelSize {
    case .none: return 0
    case .exactly(let size): return size
    case .automatic: break
    }
    let path = backend.path.string
    switch try backend.locateLabelArea(preferringEnd: mappedSize) {
    // The medium takes precedence over the seal.
    case .found(let area) where area.end == mappedSize: return UInt64(area.size)
    case _ where sealed != nil: return sealed?.labelSize ?? 0
    case .found(let area):
      throw CommandFailure(
        .damaged, path,
        "a label area of \(ByteCount(UInt64(area.size))) ends elsewhere, and the guest does not see it: "
          + "the length of the backend or its size= has changed (stored \(area.end.hex), expected \(mappedSize.hex))",
        hint: area.end < mappedSize
          ? MigrationCommand(path: path).hint(.relocate(from: area.end))
          : .command(.typed(ResizeGuard.programName).with("--size", ByteCount(area.end).argument)))
    case .cutOff(let area):
      throw CommandFailure(
        .damaged, path,
        "the label area at \(area.offset.hex) is cut off "
          + "(stored \(ByteCount(backend.size).precise), expected \(ByteCount(area.end).precise))",
        hint: .command("vnvdimm-check", path: path))
    case .ambiguous(let areas):
      throw CommandFailure(
        .unsupported, path, "more than one possible label area: \(areas.listing)",
        hint: .command(
          .typed(ResizeGuard.programName).with("--label-size", ByteCount(UInt64(areas[0].size)).argument)))
    case .nothing: return 0
    }
  }
}

extension LayoutSealError {
  /// The failure for the backend at `path`.
  ///
  /// `sidecar` is the file that was named for the fingerprint.
  func failure(of path: String, sidecar: String? = nil) -> CommandFailure {
    switch self {
    case .noPlace:
      CommandFailure(
        .unsupported, path, description,
        hint: .command(
          .typed(ResizeGuard.programName)
            .with("--sidecar", "\(FilePath(path).lastComponent?.string ?? "device").vnvdimm-layout")))
    case .unreadable:
      // A file that was named may be another than was meant, and nothing of ours.
      CommandFailure(
        .damaged, path, description,
        hint: sidecar == nil
          ? LayoutVerification.sealing(path) : .command(.typed(ResizeGuard.programName).without("--sidecar")))
    case .cannotKeep(.permissionDenied):
      CommandFailure(.incomplete, path, description, hint: .command("namei", "-l", path: path))
    case .cannotWrite(let error):
      CommandFailure(error.commandFailure.status, path, description, hint: error.commandFailure.hint)
    case .later: CommandFailure(.unsupported, path, description)
    case .cannotRead, .cannotKeep: CommandFailure(.incomplete, path, description)
    }
  }
}
