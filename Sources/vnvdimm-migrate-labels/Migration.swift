import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// A verb: one change of the labels of one backend.
protocol Migration: ParsableCommand {
  var options: MigrationOptions { get }
  /// The options for the backup; `nil` if there is no label area before the verb, or if the verb itself keeps it.
  var backup: BackupOptions? { get }
  /// The path of the backend to change.
  var target: String { get }

  /// Plans the change of `backend`, the one to change.
  func plan(of backend: borrowing Backend) throws -> MigrationPlan

  /// The call with which hints about a refusal begin.
  var command: MigrationCommand { get }
}

extension Migration {
  var backup: BackupOptions? { nil }
  var target: String { options.path }
  var command: MigrationCommand { MigrationCommand(path: target) }

  static var verb: String { _commandName }

  func run() throws {
    let backend = try openTarget()
    try backend.checkSettled()
    try tellOfDamage(change(backend))
  }

  /// Exits with a message if something is damaged although `plan` was carried out.
  func tellOfDamage(_ plan: MigrationPlan) throws {
    guard let damage = plan.damage else { return }
    StandardStream.diagnose("\(MigrateLabels.programName): \(target.asSubject): \(damage.fact)")
    StandardStream.diagnose(damage.hint.asHintLine)
    throw ExitStatus.damaged.exitCode
  }

  /// Opens the backend to change, exclusively unless only a plan is requested.
  func openTarget() throws -> Backend {
    try backup?.check()
    guard !options.plan else { return try Backend(path: FilePath(target)) }
    return try Backend.unused(FilePath(target), options.permit, for: MigrateLabels.programName)
  }

  /// Carries out the change of `backend`, unless only a plan is requested, and prints the answer; returns the plan.
  /// `interrupted` is the direction in which an interrupted change was finished before.
  func change(
    _ backend: borrowing Backend, interrupted: UnfinishedChange.Direction? = nil
  ) throws -> MigrationPlan {
    do {
      let plan = try plan(of: backend)
      let transaction = try plan.transaction(on: backend)
      let isNeeded = transaction.method != .none
      let file = isNeeded ? try plan.file ?? backup?.file(keepingBefore: plan.change, of: backend) : nil
      // The answer describes the present state, so it is made before the change.
      let answer = answer(interrupted, transaction, plan.repairs, backup: file?.path)
      if options.plan { try backend.checkRoom(for: transaction.steps) }
      if !options.plan, isNeeded {
        if let file { try keep(file, of: backend) }
        do { try backend.carryOut(transaction.steps) } catch { throw error.undoingChange(of: target) }
      }
      try give(answer)
      if !options.plan, !options.answer.quiet, interrupted != nil || isNeeded { tellOfSeal(transaction) }
      return plan
    } catch let refusal as MigrationRefusal {
      let hint =
        if case .namespaceInTheWay = refusal, Self.verb == Resize.verb {
          Hint.command(.typed(MigrateLabels.programName).with("--keep-guest-size"))
        } else { refusal.hint(for: command) }
      throw CommandFailure(refusal.status, target, refusal.description, hint: hint)
    }
  }

  /// Creates `file` from the present label area of `backend`.
  private func keep(_ file: BackendCreation, of backend: borrowing Backend) throws {
    if let backup {
      try backup.examine(file, of: backend, by: .typed(MigrateLabels.programName))
    } else {
      try file.examine()
    }
    try file.make(for: MigrateLabels.programName)
  }

  func answer(
    _ interrupted: UnfinishedChange.Direction?, _ transaction: LabelTransaction? = nil, _ repairs: [RepairAction] = [],
    backup: FilePath? = nil
  ) -> MigrationAnswer {
    MigrationAnswer(
      path: target, verb: Self.verb, interrupted: interrupted, transaction: transaction, repairs: repairs,
      backup: backup?.string, isDone: !options.plan)
  }

  func give(_ answer: MigrationAnswer) throws {
    if options.answer.json {
      try StandardStream.answer(answer.json)
    } else if !options.answer.quiet {
      try StandardStream.answer(answer.text)
    }
  }

  /// Reports that the layout of the changed backend differs from its fingerprint, if it has one.
  private func tellOfSeal(_ transaction: LabelTransaction) {
    guard let backend = try? Backend(path: FilePath(target)), let seal = try? LayoutSeal(of: backend, sidecar: nil),
      let rules = seal.fingerprint.rules
    else { return }
    let area = transaction.change.after
    let mapped = area.map(\.end) ?? backend.size
    let now = try? backend.fingerprint(
      size: mapped, labelSize: area.map { UInt64($0.bytes.count) } ?? 0, align: seal.fingerprint.align, slot: nil,
      rules: rules)
    guard let now, !seal.verification(of: backend, now).findings.isEmpty else { return }
    let name = MigrateLabels.programName
    StandardStream.diagnose("\(name): \(target.asSubject): the layout is no longer as it was sealed")
    let sealing = LayoutVerification.sealing(
      target, like: seal.fingerprint, size: mapped == backend.size ? nil : mapped)
    StandardStream.diagnose(sealing.asHintLine)
  }
}
