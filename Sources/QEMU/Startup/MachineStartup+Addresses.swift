import Basics

/// The processor that QEMU emulates, to the extent that it determines the address width.
///
/// Source: QEMU 7.2 and 10.2 `target/i386/cpu.c`, `builtin_x86_defs` and `x86_cpu_realizefn`.
private struct EmulatedProcessor {
  /// The number of bits of a physical address.
  let bits: UInt64
  /// Whether it is an AMD processor; those have a hole below 1 TiB.
  let isAMD: Bool
  let has64Bits: Bool

  private static let usualBits: UInt64 = 40
  private static let models64OfAMD = ["qemu64", "max", "EPYC", "Opteron_G", "phenom"]
  private static let models64OfOthers = [
    "kvm64", "core2duo", "Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Haswell", "Broadwell",
    "Skylake", "Cascadelake", "Cooperlake", "Icelake", "SapphireRapids", "GraniteRapids", "SierraForest",
    "ClearwaterForest", "Snowridge", "Denverton", "KnightsMill", "Dhyana", "YongFeng", "DiamondRapids",
  ]
  /// Models with PSE-36.
  private static let modelsOf36Bits = ["pentium2", "pentium3", "athlon", "kvm32"]
  /// Models with PAE only, which have 36 address bits since 8.2.
  private static let modelsWithPAE = ["qemu32", "coreduo", "n270"]
  private static let modelsOf32Bits = ["486", "pentium"]

  /// Reads `words`, the value of `-cpu`; `nil` if the processor is not known.
  init?(_ words: String, _ release: QEMURelease) throws(QEMUComplaint) {
    let words = words.split(separator: ",").map(String.init)
    guard let model = words.first else { return nil }
    let told = words.last { $0.hasPrefix("phys-bits=") }.map { $0.dropFirst("phys-bits=".count) }
    let plain = String(model.prefix { $0 != "-" })
    isAMD = Self.models64OfAMD.contains { model.hasPrefix($0) }
    has64Bits = isAMD || Self.models64OfOthers.contains { model.hasPrefix($0) }
    guard !has64Bits else {
      guard let number = UInt64(told ?? "0") else { return nil }
      if number != 0, number != Self.usualBits, release.has(.fixedAddressBits) { throw .addressBitsFixed }
      let highest: UInt64 = release.has(.addressBitsWithoutBound) ? .max : 52
      guard number == 0 || (32...highest).contains(number) else { throw .addressBits(number, release) }
      bits = number == 0 ? Self.usualBits : number
      return
    }
    let has36Bits =
      Self.modelsOf36Bits.contains(plain)
      || Self.modelsWithPAE.contains(plain) && release.has(.processorsOf32Bits)
    guard has36Bits || (Self.modelsWithPAE + Self.modelsOf32Bits).contains(plain) else { return nil }
    guard told == nil || told == "0" else { throw .addressBitsOf32BitProcessor }
    bits = has36Bits ? 36 : 32
  }
}

extension MachineStartup {
  /// Checks the machine's addresses. Since 7.1 the processor must be able to address all of the machine's memory and
  /// the hole after it.
  mutating func checkAddressSpace(_ machine: MachineIdentity) throws(QEMUStop) {
    // The host determines the processor of a guest of our own.
    guard !isStrict, [.pc, .isapc, .q35].contains(machine.kind), let processor = try processor(), since(7, 1) else {
      return
    }
    let limit: UInt64 = processor.bits < 64 ? (1 << processor.bits) - 1 : .max
    var used = lastAddress(machine, processor, highRAMStart: 4 << 30)
    // Memory that would reach into the hole below 1 TiB of AMD processors moves above it.
    if processor.isAMD, used >= 0xfd_0000_0000, !machine.isBefore(7, 1) {
      highRAMStart = 1 << 40
      used = lastAddress(machine, processor, highRAMStart: highRAMStart)
    }
    guard limit < used else { return }
    throw complain(.addressLimit(maximum: limit, used: used, bits: Int(processor.bits)))
  }

  /// Whether QEMU emulates the processors.
  var isEmulated: Bool {
    let accelerator =
      command.accelerators.first ?? command.machine["accel"]?.text.map { String($0.prefix { $0 != ":" }) }
      ?? (command.program.hasSuffix("kvm") ? "kvm" : "tcg")
    return accelerator == "tcg" || accelerator == "qtest"
  }

  /// Whether the processors of a virt machine have 64 bits. Source: QEMU `hw/arm/virt.c`, `machvirt_init`,
  /// `virt_get_default_cpu_type`.
  var areProcessorsWide: Bool {
    let model = (command.processorModel ?? (isEmulated ? "cortex-a15" : "host")).prefix { $0 != "," }
    return !["cortex-a7", "cortex-a15"].contains { model == $0 || model == $0 + "-arm-cpu" }
  }

  /// Returns the emulated processor; `nil` if it is not known, or is the host's own.
  private func processor() throws(QEMUStop) -> EmulatedProcessor? {
    guard isEmulated else { return nil }
    return try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in
      try EmulatedProcessor(command.processorModel ?? "qemu64", release)
    }
  }

  /// Returns the last address that the machine uses. Source: QEMU 10.2 `hw/i386/pc.c`, `pc_max_used_gpa`.
  private func lastAddress(
    _ machine: MachineIdentity, _ processor: EmulatedProcessor, highRAMStart: UInt64
  ) -> UInt64 {
    let gigabyte: UInt64 = 1 << 30
    let highRAM = ram - (machine.layout?.lowRAM(of: ram, limit: lowRAMLimit) ?? ram)
    let endOfRAM = highRAMStart &+ highRAM
    var end = endOfRAM
    if let maximum, maximum > ram, machine.hasDeviceMemory {
      let devices = (maximum - ram) &+ (machine.alignsDevices ? (slots ?? 0) &* gigabyte : 0)
      end = (endOfRAM.alignedUp(to: gigabyte) ?? .max) &+ devices
    }
    if !processor.has64Bits {
      let isLookedAt = release.has(.processorsOf32Bits) ? !machine.isBefore(8, 2) : processor.bits > 32
      guard isLookedAt else { return 0 }
      // A machine with such a processor has no hole for PCI devices after its memory.
      if release.has(.processorsOf32Bits) { return end &- 1 }
    }
    let hole: UInt64 = machine.kind == .q35 ? 1 << 35 : 1 << 31
    return ((machine.leavesDeviceMemoryOut ? end : endOfRAM).alignedUp(to: gigabyte) ?? 0) &+ hole &- 1
  }
}
