import ArgumentParser
import LabelChange
import PersistentMemory

/// The options about namespaces that the guest is to find.
struct NamespaceOptions: ParsableArguments {
  @Option(
    name: .customLong("namespace"),
    help: ArgumentHelp(
      "A namespace, raw, sector, fsdax or devdax; then ,size= ,name= ,uuid= ,sector-size= ,align=4K|2M|1G "
        + ",map=dev|mem. Repeatable; the last one without size= takes the rest.",
      valueName: "mode[,...]"), completion: .list(NamespaceMode.allCases.map(\.rawValue)),
    transform: specification)
  var namespaces: [NamespaceSpecification] = []

  @Option(
    parsing: .unconditional,
    help: "The slot that the DIMM is for. (default: 0)")
  var slot: Int?

  func validate() throws {
    guard let slot, !(0..<InterleaveSetCookie.virtualSlots).contains(slot) else { return }
    throw ValidationError("--slot: \(ProvisioningError.slot(slot))")
  }

  private static func specification(_ text: String) throws -> NamespaceSpecification {
    do { return try NamespaceSpecification(parsing: text) } catch { throw ValidationError(error.description) }
  }
}
