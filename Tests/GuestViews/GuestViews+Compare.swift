import ArgumentParser
import Basics
import FoundationEssentials

extension GuestViews {
  /// Prints the differences between two listings. The status is 1 if there are any.
  struct Compare: ParsableCommand {
    @Argument(help: "What vnvdimm-check --guest-view predicted.") var predicted: String
    @Argument(help: "What ndctl list -DRNvi printed in the guest.") var listed: String

    func run() throws {
      let ours = try ComparableListing(Data(contentsOf: URL(filePath: predicted))).byHandle
      let theirs = try ComparableListing(Data(contentsOf: URL(filePath: listed))).byHandle
      var differences = 0
      for handle in Set(ours.keys).union(theirs.keys).sorted() {
        let (our, their) = (ours[handle], theirs[handle])
        guard our?.dimm != their?.dimm || our?.region != their?.region else { continue }
        differences += 1
        print("handle \(handle): predicted \(our?.dimm.description ?? "nothing") \(our?.region.description ?? "")")
        print("handle \(handle): listed    \(their?.dimm.description ?? "nothing") \(their?.region.description ?? "")")
      }
      print("compared \(ours.count) DIMMs, \(differences) of them differ")
      guard differences == 0 else { throw ExitCode.failure }
    }
  }
}
