/// What `-cpu` asks of a guest's processor, which is the host's as far as KVM can give it.
package struct ProcessorModel: Equatable, Sendable {
  /// The guest can see that a hypervisor runs it. Linux since 6.2 unlocks no region of an NVDIMM where it does.
  package var showsHypervisor = true

  package init() {}

  /// Nil where `words`, the value of `-cpu`, ask for anything else.
  package init?(_ words: String) {
    let words = words.split(separator: ",", omittingEmptySubsequences: false)
    guard ["host", "max"].contains(words[0]) else { return nil }
    for word in words.dropFirst() {
      switch word {
      case "hypervisor", "+hypervisor", "hypervisor=on": showsHypervisor = true
      case "-hypervisor", "hypervisor=off": showsHypervisor = false
      default: return nil
      }
    }
  }
}
