import ArgumentParser
import CommandSupport
import FoundationEssentials
import LabelChange
import PersistentMemory

/// What the labels of an unlabelled backend are to say, and the slot that --repair judges labels by.
struct LabelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The slot. (default: 0, or that of most labels)")
  var slot: Int?

  @Option(
    help: ArgumentHelp("Their version. (default: 1.2)", valueName: "version", visibility: .rare),
    completion: LabelVersion.choices, transform: LabelVersion.init(choice:))
  var labels: LabelVersion?

  @Option(
    help: ArgumentHelp("The name of a new label's namespace.", visibility: .rare),
    transform: { try specified(name: $0) })
  var name: String?

  @Option(
    help: ArgumentHelp("Its uuid. (default: a new one)", visibility: .rare),
    transform: { text -> UUID in try specified(uuid: text) })
  var uuid: UUID?

  /// The label for --add-labels.
  var label: UnlabelledBackend.Label {
    UnlabelledBackend.Label(version: labels ?? .v1_2, slot: slot ?? 0, uuid: uuid ?? UUID(), name: name ?? "")
  }

  /// Throws where an option is given that means nothing for `migration`.
  func check(for migration: Migration) throws {
    if case .addition = migration { return }
    guard labels == nil, name == nil, uuid == nil else {
      throw ValidationError("--labels, --name and --uuid go with --add-labels only")
    }
    guard slot == nil || migration == .repair else {
      throw ValidationError("--slot goes with --add-labels and --repair only")
    }
    guard let slot, !(0..<InterleaveSetCookie.virtualSlots).contains(slot) else { return }
    throw ValidationError("--slot: \(MigrationRefusal.slot(slot))")
  }

  /// The rules for names and uuids are those of a namespace of vnvdimm-create.
  private static func specified(name: String) throws -> String {
    try specification("name", name).name
  }

  private static func specified(uuid: String) throws -> UUID {
    guard let uuid = try specification("uuid", uuid).uuid else { throw ValidationError("a uuid is missing") }
    return uuid
  }

  private static func specification(_ property: String, _ value: String) throws -> NamespaceSpecification {
    let value = value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    do { return try NamespaceSpecification(parsing: "raw,\(property)=\(value)") } catch {
      throw ValidationError(error.description)
    }
  }
}
