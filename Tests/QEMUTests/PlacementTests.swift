import QEMU
import Testing

/// Addresses and messages as observed with QEMU 7.2.
@Suite("Slots and addresses of memory devices")
struct PlacementTests {
  private func plain(
    slots: UInt64? = 4, maximum: UInt64? = 4 << 30, ram: UInt64 = 256 << 20
  ) throws(MemoryDeviceError) -> MemoryDevicePlacement {
    try MemoryDevicePlacement(ram: ram, slots: slots, maximum: maximum, machine: .q35)
  }

  struct WindowCase: Sendable {
    let machine: MemoryWindow.Machine
    let ram: UInt64
    var slots: UInt64 = 1
    let maximum: UInt64
    let base: UInt64
    let length: UInt64
  }

  static let windows: [WindowCase] = [
    WindowCase(
      machine: .q35, ram: 256 << 20, slots: 4, maximum: 4 << 30, base: 0x1_0000_0000, length: 0x1_f000_0000),
    WindowCase(machine: .q35, ram: 256 << 20, maximum: 320 << 20, base: 0x1_0000_0000, length: 0x4400_0000),
    WindowCase(machine: .q35, ram: 3 << 30, maximum: 4 << 30, base: 0x1_4000_0000, length: 0x8000_0000),
    WindowCase(machine: .pc, ram: 3 << 30, maximum: 4 << 30, base: 0x1_0000_0000, length: 0x8000_0000),
    WindowCase(machine: .q35, ram: 5 << 30, maximum: 6 << 30, base: 0x1_c000_0000, length: 0x8000_0000),
    WindowCase(machine: .q35, ram: 5632 << 20, maximum: 6 << 30, base: 0x2_0000_0000, length: 0x6000_0000),
    WindowCase(machine: .pc, ram: 5632 << 20, maximum: 6 << 30, base: 0x1_c000_0000, length: 0x6000_0000),
    WindowCase(machine: .virt, ram: 256 << 20, maximum: 1 << 30, base: 0x8000_0000, length: 0x7000_0000),
  ]

  @Test("the window follows the RAM above 4 GiB", arguments: windows)
  func window(row: WindowCase) {
    let window = MemoryWindow(row.machine, ram: row.ram, slots: row.slots, maximum: row.maximum)
    #expect(window == MemoryWindow(base: row.base, length: row.length))
  }

  static let packings: [(devices: [(size: UInt64, alignment: UInt64)], addresses: [UInt64])] = [
    (
      [(128 << 20, 4096), (65 << 20, 4096), (10_489_856, 4096), (64 << 20, 4096)],
      [0x1_0000_0000, 0x1_0800_0000, 0x1_0c10_0000, 0x1_0cb0_1000]
    ),
    ([(0x7fe_0000, 4096), (0x7fe_0000, 4096), (0x7fe_0000, 4096)], [0x1_0000_0000, 0x1_07fe_0000, 0x1_0ffc_0000]),
    (
      [(4096, 4096), (1 << 30, 1 << 30), (8192, 4096), (64 << 20, 4096)],
      [0x1_0000_0000, 0x1_4000_0000, 0x1_0000_1000, 0x1_0000_3000]
    ),
  ]

  @Test("devices are packed from the lowest address on, each aligned to its backend alone", arguments: packings)
  func firstFit(devices: [(size: UInt64, alignment: UInt64)], addresses: [UInt64]) throws {
    var machine = try plain()
    for (size, alignment) in devices { try machine.plug(id: nil, size: size, alignment: alignment) }
    #expect(machine.placements.map(\.address) == addresses)
    #expect(machine.placements.map(\.slot) == Array(0..<devices.count))
  }

  @Test("a device with an address of its own is gone round")
  func pinned() throws {
    var machine = try plain()
    try machine.plug(id: "nv1", size: 64 << 20, alignment: 4096, slot: 2, address: 0x1_0400_0000)
    try machine.plug(id: nil, size: 64 << 20, alignment: 4096)
    try machine.plug(id: nil, size: 64 << 20, alignment: 4096)
    #expect(machine.placements.map(\.address) == [0x1_0400_0000, 0x1_0000_0000, 0x1_0800_0000])
    #expect(machine.placements.map(\.slot) == [2, 0, 1])
  }

  static let contradictions: [(slots: UInt64, maximum: UInt64?, message: String)] = [
    (2, nil, "slots specified but no max-size"), (0, nil, "slots specified but no max-size"),
    (
      2, 256 << 20,
      "invalid value of maxmem: memory slots were specified but maximum memory size (0x10000000) is equal to the "
        + "initial memory size (0x10000000)"
    ),
    (
      2, 128 << 20,
      "invalid value of maxmem: maximum memory size (0x8000000) must be at least the initial memory size (0x10000000)"
    ),
    (257, 4 << 30, "unsupported amount of memory slots: 257"),
    (.max, 4 << 30, "unsupported amount of memory slots: 18446744073709551615"),
    (2, 4_294_967_297, "maximum memory size must by aligned to multiple of 4096 bytes"),
  ]

  @Test("what `-m` says must fit together", arguments: contradictions)
  func limits(slots: UInt64, maximum: UInt64?, message: String) {
    let error = #expect(throws: MemoryDeviceError.self) { try plain(slots: slots, maximum: maximum) }
    #expect(error?.description == message)
  }

  @Test("slots are taken lowest first, and each but once")
  func slots() throws {
    #expect(throws: MemoryDeviceError.noSlots) { try plain(slots: nil, maximum: nil).freeSlot() }
    #expect(MemoryDeviceError.noSlots.description == "no slots where allocated, please specify the 'slots' option")
    var machine = try plain()
    try machine.plug(id: nil, size: 4096, alignment: 4096, slot: 1)
    #expect(try machine.freeSlot() == 0)
    #expect(throws: MemoryDeviceError.slotBusy(1)) { try machine.freeSlot(1) }
    #expect(MemoryDeviceError.slotBusy(1).description == "slot 1 is busy")
    for slot in [4, -2, .max, .min] {
      let error = #expect(throws: MemoryDeviceError.self) { try machine.freeSlot(slot) }
      #expect(error?.description == "invalid slot number \(slot), valid range is [0-3]")
    }
    for _ in 0..<3 { try machine.plug(id: nil, size: 4096, alignment: 4096) }
    #expect(throws: MemoryDeviceError.noFreeSlot) { try machine.freeSlot() }
    #expect(MemoryDeviceError.noFreeSlot.description == "no free slots available")
  }

  @Test("maxmem counts regions, not gaps; exactly enough is enough")
  func space() throws {
    var machine = try plain(slots: 4, maximum: (256 + 64 + 1024) << 20)
    try machine.plug(id: nil, size: 64 << 20, alignment: 4096)
    let error = #expect(throws: MemoryDeviceError.self) {
      try machine.plug(id: nil, size: (1 << 30) + 4096, alignment: 4096)
    }
    #expect(
      error?.description
        == "not enough space, currently 0x4000000 in use of total space for memory devices 0x44000000")
    try machine.plug(id: nil, size: 1 << 30, alignment: 1 << 30)
    #expect(machine.placements[1].address == 0x1_4000_0000)
  }

  static let refusedAddresses: [(address: UInt64, message: String)] = [
    (0x1_0000_0800, "address must be aligned to 0x1000 bytes"),
    (
      0x1000,
      "can't add memory device [0x1000:0x4000000], usable range for memory devices [0x100000000:0x1f0000000]"
    ),
    (
      0xffff_ffff_ffff_f000,
      "can't add memory device [0xfffffffffffff000:0x4000000], usable range for memory devices "
        + "[0x100000000:0x1f0000000]"
    ),
    (0x1_0000_1000, "address range conflicts with memory device id='nv1'"),
  ]

  @Test("addresses are refused in QEMU's words", arguments: refusedAddresses)
  func addresses(address: UInt64, message: String) throws {
    var machine = try plain()
    try machine.plug(id: "nv1", size: 64 << 20, alignment: 4096)
    let error = #expect(throws: MemoryDeviceError.self) {
      try machine.plug(id: nil, size: 64 << 20, alignment: 4096, address: address)
    }
    #expect(error?.description == message)
  }

  @Test("no number is too large to be refused")
  func extremes() throws {
    #expect(throws: MemoryDeviceError.self) { try plain(slots: 1, maximum: .max, ram: .max) }
    #expect(throws: MemoryDeviceError.self) { try plain(slots: 256, maximum: .max - 4095, ram: .max - 8191) }
    var machine = try plain(slots: 4, maximum: 1 << 62)
    #expect(throws: MemoryDeviceError.self) { try machine.plug(id: nil, size: .max, alignment: 1 << 63) }
    var huge = try plain(slots: 1, maximum: (1 << 63) + (256 << 20))
    #expect(throws: MemoryDeviceError.fragmented) { try huge.plug(id: nil, size: 1 << 63, alignment: 1 << 63) }
    let error = #expect(throws: MemoryDeviceError.self) { try machine.plug(id: nil, size: 4097, alignment: 4096) }
    #expect(error?.description == "backend memory size must be multiple of 0x1000")
  }
}
