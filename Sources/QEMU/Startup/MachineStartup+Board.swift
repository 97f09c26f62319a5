import Basics

extension MachineStartup {
  /// Lays out the machine's memory.
  mutating func makeBoard() throws(QEMUStop) {
    guard let machine else { return }
    try makeRAM()
    try place(of: "numa").adding { () throws(QEMUStop) in try completeNodes() }
    guard let layout = machine.layout else { return }
    try checkAddressSpace(machine)
    let hasRoom = maximum ?? ram > ram
    guard machine.hasDeviceMemory || slots ?? 0 == 0 && !hasRoom else {
      throw complain(.noDeviceMemory(machine: machine.name))
    }
    do throws(MemoryDeviceError) {
      placement = try MemoryDevicePlacement(
        // Without room for devices nothing is said of their number.
        ram: ram, slots: hasRoom ? slots : nil, maximum: hasRoom ? maximum : nil, machine: layout,
        alignsDevices: machine.alignsDevices, lowLimit: lowRAMLimit, highRAMStart: highRAMStart)
      prediction.ram = ram
      let low = layout.lowRAM(of: ram, limit: lowRAMLimit)
      prediction.ramEnd = ram > low ? highRAMStart + (ram - low) : low
    } catch {
      guard error != .fragmented else { throw complain(.tooMuchMemory(maximum ?? ram)) }
      throw complain(.start(.memory(error)))
    }
  }

  private mutating func makeRAM() throws(QEMUStop) {
    if let id = machineBackend {
      guard backend(at: id)?.option.backend.size == ram else { throw complain(.memoryBackendSize) }
      prediction.usedBackends.insert(id)
      return
    }
    guard nodeBackends.isEmpty else { return }
    let path = command.memoryPath
    var option = BackendOption(
      MemoryBackend(id: "pc.ram", storage: path.map { .file(path: $0) } ?? .ram, size: ram))
    if machine?.kind == .virt { option.backend.id = "mach-virt.ram" }
    try make(option, at: .nowhere, hotplugged: false)
    prediction.usedBackends.insert(option.backend.id)
  }

  /// Bits of a physical address of the processor that QEMU emulates where none is named.
  private static let addressBits: UInt64 = 40

  /// Since 7.1 all of the machine's memory, and a hole behind it, must be within the processor's reach.
  private mutating func checkAddressSpace(_ machine: MachineIdentity) throws(QEMUStop) {
    // What processor a guest of our own gets is the host's to say.
    guard !isStrict, since(7, 1), [.pc, .isapc, .q35].contains(machine.kind), let (bits, isAMD) = addressBits else {
      return
    }
    let limit: UInt64 = (1 << bits) - 1
    var used = lastAddress(machine, highRAMStart: 4 << 30)
    // What would reach into the hole that processors of AMD's have below 1 TiB moves above.
    if isAMD, used >= 0xfd_0000_0000, !machine.isBefore(7, 1) {
      highRAMStart = 1 << 40
      used = lastAddress(machine, highRAMStart: highRAMStart)
    }
    guard limit < used else { return }
    throw complain(.addressLimit(maximum: limit, used: used, bits: Int(bits)))
  }

  private func lastAddress(_ machine: MachineIdentity, highRAMStart: UInt64) -> UInt64 {
    let gigabyte: UInt64 = 1 << 30
    let highRAM = ram - (machine.layout?.lowRAM(of: ram, limit: lowRAMLimit) ?? ram)
    var end = (highRAMStart &+ highRAM).alignedUp(to: gigabyte) ?? .max
    if let maximum, maximum > ram, machine.hasDeviceMemory, machine.leavesDeviceMemoryOut {
      end = end &+ (maximum - ram) &+ (machine.alignsDevices ? (slots ?? 0) &* gigabyte : 0)
    }
    let hole: UInt64 = machine.kind == .q35 ? 1 << 35 : 1 << 31
    return (end.alignedUp(to: gigabyte) ?? 0) &+ hole &- 1
  }

  /// The bits of an emulated processor's addresses, and whether it is one of AMD's; nil where that is not known.
  private var addressBits: (UInt64, isAMD: Bool)? {
    let accelerator =
      command.accelerators.first ?? command.machine["accel"]?.text.map { String($0.prefix { $0 != ":" }) }
      ?? (command.program.hasSuffix("kvm") ? "kvm" : "tcg")
    guard accelerator == "tcg" || accelerator == "qtest" else { return nil }
    let words = (command.processorModel ?? "qemu64").split(separator: ",").map(String.init)
    guard let model = words.first else { return nil }
    let isAMD = Self.processorsOfAMD.contains { model.hasPrefix($0) }
    guard isAMD || Self.processorsOfIntel.contains(where: { model.hasPrefix($0) }) else { return nil }
    guard let told = words.last(where: { $0.hasPrefix("phys-bits=") }) else { return (Self.addressBits, isAMD) }
    guard let bits = UInt64(told.dropFirst("phys-bits=".count)), bits == 0 || (32...52).contains(bits) else {
      return nil
    }
    return (bits == 0 ? Self.addressBits : bits, isAMD)
  }

  /// How the names of 64-bit models begin. Source: QEMU 7.2 `target/i386/cpu.c`, `builtin_x86_defs`.
  private static let processorsOfAMD = ["qemu64", "max", "EPYC", "Opteron_G", "phenom"]
  private static let processorsOfIntel = [
    "kvm64", "core2duo", "Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Haswell", "Broadwell",
    "Skylake", "Cascadelake", "Cooperlake", "Icelake", "SapphireRapids", "Snowridge", "Denverton",
  ]
}
