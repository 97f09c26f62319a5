import Basics
import CKVM
import Firmware
import PersistentMemory

/// What a CPU does at an access to a page of an NVDIMM that has a media error.
extension Processor {
  private static let lineGranularity = UInt64(MediaErrors.lineSize.trailingZeroBitCount)

  /// Returns to the start of the instruction that exited to read the media error at the guest's `address`, and reports
  /// the error.
  func abandonRead(at address: UInt64, _ machine: Machine) throws(KVMError) {
    try cpu.abandonRead()
    try report(unreadable: address, machine)
  }

  /// Reports the media error at the guest's `address`, before an instruction that reads it. A guest without machine
  /// checks gets the data that is there, from now on.
  private func report(unreadable address: UInt64, _ machine: Machine) throws(KVMError) {
    let check = MachineCheck(machineCheckForm, unreadable: address, granularity: Self.lineGranularity)
    guard try cpu.takesMachineChecks(), try cpu.raise(check) else { return machine.includeErrors(.noMachineChecks) }
  }

  /// Executes the instruction that KVM could not emulate, with the memory that the guest does not have because of media
  /// errors, or reports the error that it would read. Returns false if media errors are not the cause.
  func finishInstruction(_ machine: Machine) throws(KVMError) -> Bool {
    let dimms = machine.hardware.dimms.filter {
      !$0.condition.value.errors.isEmpty && !$0.condition.value.security.isLocked
    }
    guard !dimms.isEmpty, machine.regions.leavesOutErrors else { return false }
    guard try cpu.takesMachineChecks() else {
      machine.includeErrors(.noMachineChecks)
      return true
    }
    let registers = try cpu.registers()
    let special = try cpu.specialRegisters()
    let tables = PageTables(special)
    func places(_ address: UInt64, _ size: Int) -> [RegionMemory.Place]? {
      tables.map { Self.places(of: address..<address &+ UInt64(size), $0, dimms, machine.hardware) }
    }
    let operand =
      tables == nil ? nil : MemoryOperand(cpu.failedInstruction, registers, fs: special.fs.base, gs: special.gs.base)
    let code = places(registers.rip, Self.longestInstruction) ?? []
    let data = operand.flatMap { places($0.address, $0.size) }
    let isRead = operand?.isRead == true
    // What length it has is not known, but where it begins.
    let begin = code.prefix(1).map {
      RegionMemory.Place(dimm: $0.dimm, range: $0.range.lowerBound..<$0.range.lowerBound + 1)
    }
    for place in begin + (isRead ? data ?? [] : []) {
      guard let bad = place.dimm.condition.value.errors.within(place.range).first else { continue }
      try report(unreadable: place.dimm.address + bad.lowerBound, machine)
      return true
    }
    // An operand that is not understood may be anywhere.
    let needed = data.map { code + $0 } ?? dimms.map { RegionMemory.Place(dimm: $0, range: 0..<$0.geometry.regionSize) }
    let exit = try machine.holding(needed) { () throws(KVMError) in try self.step(machine) }
    switch exit {
    case .stepped, .interrupted: return true
    case .internalError: return false
    case .portWrite, .portRead, .memoryWrite, .memoryRead, .halted, .shutdown, .systemEvent, .entryFailed, .unexpected:
      return try handle(exit, machine)
    }
  }

  /// Executes one instruction; no other CPU is in the guest.
  private func step(_ machine: Machine) throws(KVMError) -> KVMExit {
    try cpu.step(once: true)
    var exit = KVMExit.interrupted
    while exit == .interrupted, machine.ending.ending == nil {
      cpu.forgetExitRequest()
      exit = try cpu.run()
    }
    try cpu.step(once: false)
    return exit
  }

  private static let longestInstruction = 15

  /// The parts of `dimms` that the linear addresses `range` name, page by page.
  private static func places(
    of range: Range<UInt64>, _ tables: PageTables, _ dimms: [DIMM], _ hardware: GuestHardware
  ) -> [RegionMemory.Place] {
    var places: [RegionMemory.Place] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = start > UInt64.max - 0x1000 ? range.upperBound : min(range.upperBound, (start | 0xfff) + 1)
      let address = tables.translate(start) { hardware.ram.read(at: $0, count: 8)?.load(UInt64.self, at: 0) }
      if let address, let dimm = dimms.first(where: { $0.range.contains(address) }) {
        let offset = address - dimm.address
        let last = min(offset + (end - start), dimm.geometry.regionSize)
        places.append(RegionMemory.Place(dimm: dimm, range: offset..<last))
      }
      start = end
    }
    return places
  }
}
