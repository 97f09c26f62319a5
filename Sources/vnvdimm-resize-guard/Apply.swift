import Basics
import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// `apply PATH SIZE`: gives a backend another length, and moves its label area accordingly.
struct Apply: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Change the length of a backend that is not in use, without loss.",
    usage: "vnvdimm-resize-guard apply [<options>] <path> <size>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard apply nv.img +16G
        vnvdimm-resize-guard apply nv.img 4G --allow-shrink
      """)

  @OptionGroup var options: ResizeOptions

  @OptionGroup(title: "Backup") var backup: BackupOptions
  @OptionGroup var permit: UsePermit

  func run() throws {
    try backup.check()
    let backend = try Backend.unused(FilePath(options.path), permit, for: ResizeGuard.programName)
    let plan = try ResizePlan(of: backend, options)
    guard plan.status != .damaged else { return try refuse(plan) }
    let file = plan.changesAnything ? try backup.file(keepingBefore: plan.change, of: backend) : nil
    if plan.changesAnything {
      if let file {
        try backup.examine(file, of: backend, by: .typed(ResizeGuard.programName))
        try file.make(for: ResizeGuard.programName)
      }
      for transaction in plan.transactions {
        do throws(BackendError) { try backend.carryOut(transaction.steps) } catch {
          throw error.undoingChange(of: options.path)
        }
      }
      try ConditionFile.cut(beside: backend, at: min(plan.before.regionSize, plan.after.regionSize))
      if let sealed = plan.sealed { try renew(sealed) }
    }
    try ResizeAnswer(plan, isDone: true, backup: file?.path.string).print(options.output)
  }

  /// Refuses a change that would lose something: prints every reason to standard error, and changes nothing.
  private func refuse(_ plan: ResizePlan) throws {
    if options.output.json {
      try StandardStream.answer(ResizeAnswer(plan, isDone: false).json)
    }
    for finding in plan.findings where plan.forbids(finding) {
      StandardStream.diagnose(finding, of: ResizeGuard.programName, about: options.path)
    }
    throw plan.status.exitCode
  }

  /// Seals the backend in its present state, if it was sealed before.
  private func renew(_ sealed: LayoutFingerprint) throws {
    let backend = try Backend(path: FilePath(options.path))
    let fingerprint = try backend.fingerprint(
      size: backend.size, labelSize: sealed.labelSize, align: sealed.align, slot: sealed.slot,
      rules: options.start.rules(sealed: sealed))
    _ = try Seal.keep(fingerprint, of: backend, options.start)
  }
}
