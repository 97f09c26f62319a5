import ArgumentParser
import CommandSupport
import LabelChange
import QEMU
import Storage
import SystemPackage

/// `apply SIZE PATH`: gives a backend another length, and its label area the place that goes with it.
struct Apply: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change the length of a backend that nobody uses; what would be lost is refused.",
    usage: "vnvdimm-resize-guard apply [<options>] <size> <path>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard apply --backup labels.bin +16G nv.img
        vnvdimm-resize-guard apply --allow-shrink 4G nv.img
      """)

  @OptionGroup var options: ResizeOptions

  @Flag(name: [.customShort("n"), .long], help: "Print what would be written, change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("Keep the label area in a new file first.", valueName: "file"), completion: .file(),
    transform: utf8Path)
  var backup: String?

  func run() throws {
    let path = FilePath(options.path)
    let backend = try Backend(path: path, access: dryRun ? .readOnly : .readWrite)
    if !dryRun {
      try backend.lock(.exclusive)
      try backend.checkUnused(for: ResizeGuard.programName)
    }
    let plan = try ResizePlan(of: backend, options)
    guard plan.status != .damaged else { return try refuse(plan) }
    if !dryRun, plan.changesAnything {
      try plan.backup(to: backup)?.prepare().publish()
      for transaction in plan.transactions {
        do throws(BackendError) { try backend.carryOut(transaction.steps) } catch {
          throw error.undoingChange(of: options.path)
        }
      }
      if let sealed = plan.sealed { try renew(sealed) }
    }
    try ResizeAnswer(plan, isDone: !dryRun, backup: backup).print(options.output)
  }

  /// The answer to what would lose something: every reason on standard error, and nothing changed.
  private func refuse(_ plan: ResizePlan) throws {
    if options.output.json {
      try StandardStream.answer(JSONAnswer.text(of: ResizeAnswer(plan, isDone: false)))
    }
    for finding in plan.findings where plan.forbids(finding) {
      StandardStream.diagnose(finding, of: ResizeGuard.programName, about: options.path)
    }
    throw plan.status.exitCode
  }

  /// Seals the backend as it is now, where it was sealed before.
  private func renew(_ sealed: LayoutFingerprint) throws {
    let backend = try Backend(path: FilePath(options.path))
    let fingerprint = try backend.fingerprint(
      size: backend.size, labelSize: sealed.labelSize, align: sealed.align, slot: sealed.slot,
      rules: options.start.rules(sealed: sealed))
    _ = try Seal.keep(fingerprint, of: backend, options.start)
  }
}
