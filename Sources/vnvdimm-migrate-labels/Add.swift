import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `add PATH --namespace MODE...`: adds namespaces in the space that no label claims.
struct Add: Migration {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Create namespaces in the free space, as 'ndctl create-namespace' does in the guest.",
    usage: "vnvdimm-migrate-labels add [<options>] <path> --namespace <mode[,...]>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels add nv.img --namespace fsdax,size=16G,name=log
      """)

  @OptionGroup var options: MigrationOptions
  @OptionGroup var provisioning: NamespaceOptions
  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    guard !provisioning.namespaces.isEmpty else { throw ValidationError("give --namespace, once or more often") }
    let labelled = try area.labelled(backend)
    do {
      let (namespaces, target) = try labelled.placed(provisioning.namespaces, slot: provisioning.slot)
      for namespace in namespaces { try check(namespace, in: backend) }
      return MigrationPlan(try labelled.adding(namespaces, for: target))
    } catch let error as ProvisioningError { throw CommandFailure(.damaged, target, error.description) }
  }

  /// Throws if `namespace` would cover something: a deleted namespace has left its data behind.
  private func check(_ namespace: PlannedNamespace, in backend: borrowing Backend) throws {
    let range = namespace.dpa..<namespace.dpa + namespace.rawSize
    guard try !backend.isBlank(range) else { return }
    throw CommandFailure(
      .damaged, target, "there is data in the free space at \(range.lowerBound.hex) to \(range.upperBound.hex)",
      hint: .command("xxd", "-s", "\(range.lowerBound)", "-l", "\(namespace.rawSize)", path: target))
  }
}
