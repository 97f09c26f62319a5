import ArgumentParser
import Basics
import FoundationEssentials

extension GuestViews {
  /// Prints the namespaces that a guest lost in a repair. The status is 1 if there are any, or if a DIMM or a region is
  /// still refused.
  struct Kept: ParsableCommand {
    @Argument(help: "What ndctl list -DRNvi printed in the guest before.") var before: String
    @Argument(help: "What it printed after the repair.") var after: String

    func run() throws {
      let before = try ComparableListing(Data(contentsOf: URL(filePath: before))).byHandle
      let after = try ComparableListing(Data(contentsOf: URL(filePath: after))).byHandle
      var complaints: [String] = []
      for (handle, (_, region)) in before.sorted(by: { $0.key < $1.key }) {
        guard let (dimm, repaired) = after[handle] else {
          complaints.append("handle \(handle): gone")
          continue
        }
        if dimm["state"] != nil || repaired["state"] != nil { complaints.append("handle \(handle): still refused") }
        // A region without labels is one namespace, which gives way to the namespaces of recovered labels.
        guard region["iset_id"] != nil else { continue }
        let lost = Self.namespaces(of: region).subtracting(Self.namespaces(of: repaired))
        complaints += lost.map { "handle \(handle): lost \($0)" }
      }
      for complaint in complaints { print(complaint) }
      print("compared \(before.count) DIMMs, \(complaints.count) complaints")
      guard complaints.isEmpty else { throw ExitCode.failure }
    }

    /// Returns the namespaces in use in a region, without numbers.
    private static func namespaces(of region: JSONValue) -> Set<String> {
      let kept = ["uuid", "raw_uuid", "mode", "size", "name"]
      return Set(
        (region["namespaces"]?.elements ?? []).filter { $0["size"] != .integer(0) }.map { namespace in
          JSONValue(present: kept.map { ($0, namespace[$0]) }).description
        })
    }
  }
}
