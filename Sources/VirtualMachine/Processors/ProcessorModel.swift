/// The processor of a guest as `-cpu` describes it: that of the host, to the extent that KVM can provide it.
package struct ProcessorModel: Equatable, Sendable {
  /// Whether the guest can see that it runs under a hypervisor. If so, Linux since 6.2 does not unlock an NVDIMM.
  package var showsHypervisor = true

  package init() {}

  /// `nil` if `words`, the value of `-cpu`, ask for another processor.
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
