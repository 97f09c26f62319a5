import CKVM

/// The CPUID leaves of a guest's processor.
package struct CPUIDTable: Sendable {
  /// The maximum number of entries requested from KVM; kernels know fewer than 100.
  static let capacity = 256

  var entries: [kvm_cpuid_entry2]

  /// The four registers that CPUID answers with.
  package struct Registers: Equatable, Sendable {
    package var eax: UInt32
    package var ebx: UInt32
    package var ecx: UInt32
    package var edx: UInt32
  }

  /// The registers for `leaf` and `subleaf`; `nil` if the table has none.
  package subscript(leaf: UInt32, subleaf: UInt32 = 0) -> Registers? {
    entries.first { $0.function == leaf && $0.index == subleaf }
      .map { Registers(eax: $0.eax, ebx: $0.ebx, ecx: $0.ecx, edx: $0.edx) }
  }

  /// Applies `change` to every entry of `leaf`, with its subleaf.
  package mutating func update(_ leaf: UInt32, _ change: (UInt32, inout Registers) -> Void) {
    for position in entries.indices where entries[position].function == leaf {
      let entry = entries[position]
      var registers = Registers(eax: entry.eax, ebx: entry.ebx, ecx: entry.ecx, edx: entry.edx)
      change(entry.index, &registers)
      entries[position].eax = registers.eax
      entries[position].ebx = registers.ebx
      entries[position].ecx = registers.ecx
      entries[position].edx = registers.edx
    }
  }
}

extension CPUIDTable {
  /// Returns this table as the CPU with APIC id `apicID` of `count` single-core packages sees it.
  ///
  /// KVM reports the leaves of whatever host CPU it ran on; the parts that differ from CPU to CPU are set here.
  /// Source: Intel SDM volume 2A, "CPUID"; AMD APM volume 3, appendix E; Linux Documentation/virt/kvm/api.rst.
  package func forCPU(apicID: UInt32, of count: Int, _ model: ProcessorModel = ProcessorModel()) -> CPUIDTable {
    var table = self
    // What a hypervisor tells of itself.
    if !model.showsHypervisor { table.entries.removeAll { (0x4000_0000...0x4fff_ffff).contains($0.function) } }
    table.update(0x1) { _, registers in
      // EBX: initial APIC id in 31-24, logical processors in the package in 23-16.
      registers.ebx = registers.ebx & 0x0000_ffff | 1 << 16 | apicID << 24
      registers.edx &= ~(1 << 28)  // one logical processor a package: no HTT
      // The TSC deadline timer is in the kernel's local APIC, though not in KVM's list; bit 31: a hypervisor.
      registers.ecx = registers.ecx & 0x7fff_ffff | 1 << 24 | (model.showsHypervisor ? 1 << 31 : 0)
    }
    // One core and one thread share a cache.
    table.update(0x4) { _, registers in registers.eax &= 0x0000_3fff }
    table.update(0xb) { subleaf, registers in
      registers = Registers(eax: 0, ebx: subleaf < 2 ? 1 : 0, ecx: subleaf, edx: apicID)
      // Level types: 1 thread, 2 core.
      if subleaf < 2 { registers.ecx |= (subleaf + 1) << 8 }
    }
    table.update(0x1f) { subleaf, registers in registers = Registers(eax: 0, ebx: 0, ecx: subleaf, edx: apicID) }
    // EBX: the guest may recover from machine checks, and from one that comes before it has read the last.
    if machineCheckForm == .amd { table.update(0x8000_0007) { _, registers in registers.ebx |= 0b11 } }
    table.update(0x8000_0008) { _, registers in registers.ecx &= 0xffff_0000 }
    table.update(0x8000_001e) { _, registers in registers = Registers(eax: apicID, ebx: 0, ecx: 0, edx: 0) }
    return table
  }

  /// The number of guest-physical address bits.
  package var physicalAddressBits: Int { Int(self[0x8000_0008].map { $0.eax & 0xff } ?? 36) }
}
