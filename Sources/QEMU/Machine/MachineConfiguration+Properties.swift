import PersistentMemory

extension MachineConfiguration {
  /// Takes over what one `-machine` says; several add up.
  mutating func readMachine(_ reader: inout PropertyReader, _ unknown: UnknownOptions) throws(ConfigurationError) {
    if let name = try reader.text("type") {
      machine = MachineType(name)
      if case .other = machine, unknown == .refused { throw reader.failure(.unsupportedMachine(name)) }
    }
    // A bare `nvdimm` is the form of QEMU's own document, which QEMU itself refuses since 6.1.
    hasNVDIMM = try reader.flag("nvdimm") ?? hasNVDIMM
    persistence = try reader.choice("nvdimm-persistence", of: PersistenceDomain.self) ?? persistence
    if let names = try reader.text("accel") { addAccelerators(names) }
    reader.ignore(["graphics", "hpet", "kernel-irqchip", "smm", "usb", "vmport"])
  }

  /// Takes over accelerators in the order in which they are to be tried, with colons between them.
  mutating func addAccelerators(_ names: String) { accelerators += names.split(separator: ":").map(String.init) }

  /// Takes over `-smp`: the number of processors, or the product of what it is made of.
  mutating func readProcessors(_ reader: inout PropertyReader) throws(ConfigurationError) {
    let total: UInt16? = try reader.integer("cpus")
    var product = 1
    for key in ["sockets", "dies", "clusters", "cores", "threads"] {
      let count: UInt16 = try reader.integer(key) ?? 1
      product = min(product * Int(count), Int(UInt16.max))
    }
    reader.ignore(["maxcpus"])
    processors = total.map(Int.init) ?? product
    guard processors > 0 else { throw reader.failure(.expected(parameter: "cpus", "a number above 0")) }
  }
}
