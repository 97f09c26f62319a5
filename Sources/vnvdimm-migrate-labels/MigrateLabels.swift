import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import Storage
import SystemPackage

@main
struct MigrateLabels: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-migrate-labels",
    abstract: "Move, convert or mend the label area of a virtual NVDIMM's backend.",
    usage: "vnvdimm-migrate-labels [<options>] <path>",
    discussion: """
      One change at a time. What namespaces own is not touched, and a crash harms nothing.

      EXAMPLES
        vnvdimm-migrate-labels --to-slot 2 nv.img
        vnvdimm-migrate-labels --relocate-from 258M --backup labels.bin nv.img
        vnvdimm-migrate-labels --repair --dry-run nv.img

      All options: vnvdimm-migrate-labels --help-hidden, or man vnvdimm-migrate-labels
      """, version: Suite.version)

  @Argument(help: "The backend: a file, a block device, a DAX device.", completion: .file(), transform: utf8Path)
  var path: String

  @OptionGroup(title: "Changes") var changes: MigrationOptions

  @OptionGroup(title: "Labels") var labels: LabelOptions

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "What is mapped of the backend, where it is longer.", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The area's size, where it is not found.", valueName: "size", visibility: .rare),
    completion: .labelAreaSizes, transform: size)
  var fromLabelSize: ByteCount?

  @Flag(name: [.customShort("n"), .long], help: "Print what would be written, change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("Keep the label area in a new file first.", valueName: "file"), completion: .file(),
    transform: utf8Path)
  var backup: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but failures, and JSON.")
  var quiet = false

  func run() throws {
    let migration = try changes.migration
    try labels.check(for: migration)
    let changed = if case .copy(let other) = migration { other } else { path }
    let interrupted = try end(changed, for: migration)
    func say(_ transaction: LabelTransaction?, _ repairs: [RepairAction]) throws {
      try print(
        MigrationAnswer(
          path: changed, migration: migration, interrupted: interrupted, transaction: transaction, repairs: repairs,
          backup: backup, isDone: !dryRun))
    }
    if interrupted != nil, dryRun { return try say(nil, []) }
    let backend = try open(changed)
    let plan = try migration.plan(of: backend, options: self)
    let transaction = try plan.transaction(on: backend)
    if !dryRun, transaction.method != .none {
      for file in try plan.files(backup: backup) { try file.prepare().publish() }
      do { try backend.carryOut(transaction.steps) } catch { throw error.undoingChange(of: changed) }
    }
    try say(transaction, plan.repairs)
    if !dryRun, !quiet, interrupted != nil || transaction.method != .none { tellOfSeal(of: backend, transaction) }
  }

  /// Says that `backend` is laid out otherwise than its fingerprint tells, where it has one.
  private func tellOfSeal(of backend: borrowing Backend, _ transaction: LabelTransaction) {
    guard (try? LayoutSeal(of: backend, sidecar: nil)) != nil else { return }
    let change = transaction.change
    let mapped = change.after.map(\.end) ?? change.lengthAfter
    let size = mapped == change.lengthAfter ? "" : "--size \(ByteCount(mapped).argument) "
    let path = backend.path.string
    StandardStream.diagnose("\(Self.programName): \(path.asSubject): the layout is no longer as it was sealed")
    StandardStream.diagnose("hint: vnvdimm-resize-guard seal \(size)\(path.shellQuotedPath)")
  }

  /// Brings an interrupted change of the backend at `path` to its end, where that is what is asked for; answers which
  /// way, and nil where there is none.
  private func end(_ path: String, for migration: Migration) throws(BackendError) -> UnfinishedChange.Direction? {
    let backend = try open(path)
    guard let unfinished = try backend.unfinishedChange() else { return nil }
    guard migration == .repair else { throw BackendError(backend.path, .unfinishedChange) }
    if !dryRun { try backend.carryOut(unfinished.steps) }
    return unfinished.direction
  }

  /// The backend at `path`, for nobody else to use unless nothing is to be changed.
  private func open(_ path: String) throws(BackendError) -> Backend {
    let backend = try Backend(path: FilePath(path), access: dryRun ? .readOnly : .readWrite)
    guard !dryRun else { return backend }
    try backend.lock(.exclusive)
    try backend.checkUnused(for: Self.programName)
    return backend
  }

  private func print(_ answer: MigrationAnswer) throws {
    if json {
      try StandardStream.answer(JSONAnswer.text(of: answer))
    } else if !quiet {
      try StandardStream.answer(answer.text)
    }
  }
}
