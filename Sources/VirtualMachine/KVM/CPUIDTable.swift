import CKVM

/// The CPUID leaves of a guest's processor.
package struct CPUIDTable: Sendable {
  /// The most entries that KVM is asked for; kernels know fewer than 100.
  static let capacity = 256

  var entries: [kvm_cpuid_entry2]

  /// The four registers that CPUID answers with.
  package struct Registers: Equatable, Sendable {
    package var eax: UInt32
    package var ebx: UInt32
    package var ecx: UInt32
    package var edx: UInt32
  }

  /// The answer to `leaf` and `subleaf`, or nil where the table has none.
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
