import Basics
package import Firmware
package import PersistentMemory
import Storage
import Synchronization
package import SystemPackage

/// The parts of a machine that outlive its resets: RAM, firmware memory, DIMMs.
package final class GuestHardware: Sendable {
  let ram: GuestRAM
  /// The memory of the firmware's tables and of the method window.
  let firmware: MemoryMapping
  let processorModel: ProcessorModel
  /// Who watches what the machine does.
  package let observer = MachineObserver()
  /// Reports failures of backends.
  package let alarm = BackendAlarm()
  private let contents: Mutex<Contents>
  private let listeners = Mutex(Listeners())

  /// In a struct: a closure that is itself the value of a mutex gets another wrapper each time it is read.
  private struct Listeners {
    /// Takes events of NVDIMMs, on any thread.
    var announce: @Sendable (MachineEvent) -> Void = { _ in }
    /// Shows the current guest what it is to see of a DIMM whose lock or media errors have changed.
    var show: @Sendable (DIMM) -> Void = { _ in }
  }

  /// The parts that change when a DIMM is plugged.
  struct Contents: Sendable {
    var dimms: [DIMM]
    var machine: ACPIMachine
    /// The tables for the next boot.
    var tables: ACPITables
    /// The places of RAM and DIMMs; every boot adds what it loads.
    var map: AddressMap
  }

  package var dimms: [DIMM] { contents.withLock { $0.dimms } }
  package var machine: ACPIMachine { contents.withLock { $0.machine } }
  package var tables: ACPITables { contents.withLock { $0.tables } }
  var map: AddressMap { contents.withLock { $0.map } }

  package enum Failure: Error, Equatable {
    case noMemory(UInt64, Errno)
    case tables(ACPITables.Excess)
    case conflict(AddressConflict)
  }

  /// `lowLimit` is the number of the `memory` bytes of RAM that may lie below 4 GiB.
  package init(
    memory: UInt64, lowLimit: UInt64 = 3 << 30, nodes: NUMALayout = NUMALayout(processors: [0]), dimms: [DIMM] = [],
    slots: Int = 0,
    deviceMemory: MemoryRange? = nil, persistence: PersistenceDomain? = nil,
    serialPorts: Int = 1, processorModel: ProcessorModel = ProcessorModel()
  ) throws(Failure) {
    let ram = try Self.allocated(memory) { () throws(Errno) in try GuestRAM(size: memory, lowLimit: lowLimit) }
    let firmware = try Self.allocated(memory) { () throws(Errno) in
      try MemoryMapping(zeroes: Int(GuestPlatform.firmwareMemory.count))
    }

    let machine = ACPIMachine(
      processorNodes: nodes.processors, ram: nodes.parts(of: ram.parts.map(\.range)), dimms: dimms.map(\.description),
      slots: slots, deviceMemory: deviceMemory, persistence: persistence,
      serialPorts: serialPorts)
    let tables: ACPITables
    do { tables = try ACPITables(machine: machine) } catch { throw .tables(error) }

    var map = AddressMap()
    do throws(AddressConflict) {
      // Everything that is loaded below 4 GiB lies in RAM, so only RAM into which nothing is loaded is claimed as such.
      for part in ram.parts.dropFirst() { try map.claim("RAM", part.range) }
      for range in LowMemory.reserved.dropFirst() { try map.claim("platform", range) }
      try map.claim("local APIC", at: UInt64(GuestPlatform.localAPICAddress), count: 0x1000)
      try map.claim("I/O APIC", at: UInt64(GuestPlatform.ioAPICAddress), count: 0x1000)
      for dimm in dimms { try map.claim("NVDIMM in slot \(dimm.slot)", dimm.range) }
      if let lowest = map.claims.first, lowest.range.lowerBound < ram.lowEnd {
        throw AddressConflict(AddressMap.Claim(name: "RAM", range: ram.parts[0].range), lowest)
      }
    } catch { throw .conflict(error) }

    self.ram = ram
    self.firmware = firmware
    self.processorModel = processorModel
    contents = Mutex(Contents(dimms: dimms, machine: machine, tables: tables, map: map))
    for dimm in dimms { watch(dimm) }
  }

  /// Passes events of NVDIMMs to `announce` from now on.
  package func connect(_ announce: @escaping @Sendable (MachineEvent) -> Void) {
    listeners.withLock { $0.announce = announce }
  }

  /// Passes DIMMs whose lock or media errors have changed to `show` from now on.
  func connect(show: @escaping @Sendable (DIMM) -> Void) { listeners.withLock { $0.show = show } }

  /// Announces `event`.
  func tell(_ event: MachineEvent) { listeners.withLock { $0 }.announce(event) }

  private func watch(_ dimm: DIMM) {
    let slot = dimm.slot
    dimm.condition.connect { [weak self, weak dimm] old, new in
      guard let self, let dimm else { return }
      let listeners = listeners.withLock { $0 }
      if old.security.isLocked != new.security.isLocked || old.errors != new.errors { listeners.show(dimm) }
      if old.errors != new.errors { listeners.announce(.mediaErrorsChanged(slot: slot, badBytes: new.errors.size)) }
      if old.health != new.health { listeners.announce(.healthChanged(slot: slot)) }
    }
  }

  /// Returns the contents with `dimm` added; pass them to `accept` when the guest sees it.
  func contents(with dimm: DIMM) throws(Failure) -> Contents {
    var contents = contents.withLock { $0 }
    do { try contents.map.claim("NVDIMM in slot \(dimm.slot)", dimm.range) } catch { throw .conflict(error) }
    contents.dimms.append(dimm)
    contents.machine.dimms.append(dimm.description)
    do { contents.tables = try ACPITables(machine: contents.machine) } catch { throw .tables(error) }
    return contents
  }

  func accept(_ contents: Contents) {
    self.contents.withLock { $0 = contents }
    if let dimm = contents.dimms.last { watch(dimm) }
  }

  /// The NFIT, from which the guest's operating system learns of the NVDIMMs.
  var interfaceTable: NFIT { NFIT(dimms: machine.dimms, persistence: machine.persistence) }

  /// The end of all present and pluggable memory.
  var end: UInt64 {
    max(map.claims.last?.range.upperBound ?? 0, machine.deviceMemory.map { $0.base + $0.length } ?? 0, ram.lowEnd)
  }

  private static func allocated<Memory: ~Copyable>(
    _ size: UInt64, _ allocate: () throws(Errno) -> Memory
  ) throws(Failure) -> Memory {
    do { return try allocate() } catch { throw .noMemory(size, error) }
  }

  /// Makes the NVDIMM methods of the machine.
  func deviceMethods(_ notify: @escaping @Sendable (DeviceMethods.Notification) -> Void) -> DeviceMethods {
    var methods = DeviceMethods(interfaceTable: interfaceTable.structures, notify: notify)
    for dimm in dimms { methods.plug(dimm.methodDevice(alarm)) }
    return methods
  }

  /// The offset of the method window in the firmware's memory.
  private static let window = Int(GuestPlatform.methodWindow.lowerBound - GuestPlatform.firmwareMemory.lowerBound)

  /// Writes `request` to the start of the method window, as a guest would.
  package func placeRequest(_ request: [UInt8]) { _ = firmware.write(request, at: Self.window) }

  /// Returns the bytes at the start of the method window, as a guest reads them.
  package func response(count: Int) -> [UInt8]? { firmware.read(at: Self.window, count: count) }

  /// Loads `program`, the firmware's tables and the first CPU's environment into empty RAM.
  func load(_ program: some GuestProgram) throws(BootError) -> ProgramEntry {
    do {
      try ram.mapping.discard()
      try firmware.discard()
    } catch { throw .outsideRAM("RAM", address: 0, count: ram.mapping.size) }
    var map = map
    try LongMode.prepare(ram, &map)
    try ram.place("reset vector", ResetStub.code, at: LowMemory.resetVector, &map)
    for table in tables.all {
      if GuestPlatform.firmwareMemory.contains(table.address) {
        let offset = Int(table.address - GuestPlatform.firmwareMemory.lowerBound)
        guard firmware.write(table.bytes, at: offset) else {
          throw .outsideRAM(table.name, address: table.address, count: table.bytes.count)
        }
      } else {
        try ram.place(table.name, table.bytes, at: table.address, &map)
      }
    }
    return try program.load(into: ram, &map)
  }
}

extension GuestHardware.Failure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noMemory(let size, let error): "no memory for \(ByteCount(size).precise) of RAM: \(error)"
    case .tables(let excess):
      "the ACPI tables do not fit (stored \(excess.needed) bytes, expected at most \(excess.available))"
    case .conflict(let conflict): "\(conflict)"
    }
  }
}
