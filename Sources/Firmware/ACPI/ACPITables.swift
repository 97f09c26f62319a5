import Basics

/// The firmware tables of a machine, each with the place in guest memory for which it was made.
package struct ACPITables: Sendable {
  /// One table at its place.
  package struct Placed: Sendable {
    /// The signature, or "RSDP".
    package let name: String
    /// The guest-physical address of the first byte.
    package let address: UInt64
    package let bytes: [UInt8]
  }

  /// The machine's tables do not fit into the memory reserved for them.
  package struct Excess: Error, Equatable {
    package let needed: UInt64
    package let available: UInt64
  }

  /// All tables: the RSDP first, then in order of address.
  package let all: [Placed]

  /// Makes the tables of `machine`, placed from the start of `memory`, with the RSDP at `GuestPlatform.rsdpAddress`.
  ///
  /// The NFIT exists if an NVDIMM is plugged at start; the SSDT, with the NVDIMM root device and a device for every
  /// slot, exists if there are slots; the SRAT exists if there are slots or several nodes.
  package init(machine: ACPIMachine, memory: Range<UInt64> = GuestPlatform.tables) throws(Excess) {
    var placed: [Placed] = []
    var next = memory.lowerBound
    func place(_ name: String, _ bytes: [UInt8]) -> UInt64 {
      let table = Placed(name: name, address: next, bytes: bytes)
      placed.append(table)
      next = (next + UInt64(bytes.count) + 15).alignedDown(to: 16)
      return table.address
    }

    let hasSlots = machine.slots > 0
    let dsdt = place("DSDT", AML.differentiatedTable(of: machine))
    var listed = [
      place("FACP", FADT.bytes(dsdt: dsdt)), place("APIC", MADT.bytes(processors: machine.processorNodes.count)),
    ]
    if hasSlots || machine.hasSeveralNodes { listed.append(place("SRAT", SRAT.bytes(machine: machine))) }
    if hasSlots { listed.append(place("SSDT", AML.nvdimmTable(slots: machine.slots))) }
    if !machine.dimms.isEmpty {
      listed.append(place("NFIT", NFIT(dimms: machine.dimms, persistence: machine.persistence).table))
    }
    let xsdt = place("XSDT", XSDT.bytes(tables: listed))
    guard next <= memory.upperBound else {
      throw Excess(needed: next - memory.lowerBound, available: memory.upperBound - memory.lowerBound)
    }
    let rsdp = Placed(name: "RSDP", address: GuestPlatform.rsdpAddress, bytes: RSDP.bytes(xsdt: xsdt))
    all = [rsdp] + placed
  }

  /// The table called `name`; `nil` if the machine does not have it.
  package subscript(name: String) -> Placed? { all.first { $0.name == name } }
}

extension ACPIMachine {
  fileprivate var hasSeveralNodes: Bool {
    processorNodes.contains { $0 != 0 } || ram.contains { $0.node != 0 }
  }
}
