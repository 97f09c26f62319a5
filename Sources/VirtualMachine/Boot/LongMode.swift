import Basics
import CKVM
import Firmware

/// The initial state of the first CPU: 64-bit mode, identity mapping of the first gibibytes, flat segments.
///
/// Source: Linux Documentation/x86/boot.rst, "64-bit Boot Protocol"; Intel SDM volume 3, 10.8.5.
enum LongMode {
  /// The number of gibibytes from address 0 that are identity-mapped.
  private static let mappedGibibytes: UInt64 = 8

  private static let pageSize: UInt64 = 0x1000
  private static let present: UInt64 = 1 << 0
  private static let writable: UInt64 = 1 << 1
  private static let large: UInt64 = 1 << 7

  /// Linux expects its code segment at 0x10 and its data segments at 0x18.
  private static let descriptors: [UInt64] = [0, 0, 0x00af_9b00_0000_ffff, 0x00cf_9300_0000_ffff]

  /// Writes the page tables and segment descriptors.
  static func prepare(_ ram: borrowing GuestRAM, _ map: inout AddressMap) throws(BootError) {
    let table = LowMemory.pageTables
    let firstDirectory = table + 2 * pageSize
    var pages = [UInt8](repeating: 0, count: Int((2 + mappedGibibytes) * pageSize))
    func set(_ entry: UInt64, of page: UInt64, _ value: UInt64) {
      pages.store(value | present | writable, at: Int(page * pageSize + entry * 8))
    }
    set(0, of: 0, table + pageSize)
    for gibibyte in 0..<mappedGibibytes {
      set(gibibyte, of: 1, firstDirectory + gibibyte * pageSize)
      for entry in 0..<pageSize / 8 { set(entry, of: 2 + gibibyte, gibibyte << 30 | entry << 21 | large) }
    }
    try ram.place("page tables", pages, at: table, &map)
    var segments: [UInt8] = []
    for descriptor in descriptors { segments.append(littleEndian: descriptor) }
    try ram.place("segment descriptors", segments, at: LowMemory.globalDescriptorTable, &map)
  }

  /// Sets the registers of `cpu` so that it starts at `entry`.
  static func enter(_ entry: ProgramEntry, _ cpu: inout KVMCPU) throws(KVMError) {
    var special = try cpu.specialRegisters()
    special.cr0 = 0x8000_0011  // PG, ET, PE
    special.cr3 = LowMemory.pageTables
    special.cr4 = 0x20  // PAE
    special.efer = 0x500  // LMA, LME
    special.gdt.base = LowMemory.globalDescriptorTable
    special.gdt.limit = UInt16(descriptors.count * 8 - 1)
    special.cs = segment(selector: 0x10, type: 0xb, isCode: true)
    let data = segment(selector: 0x18, type: 0x3, isCode: false)
    special.ds = data
    special.es = data
    special.fs = data
    special.gs = data
    special.ss = data
    try cpu.setSpecialRegisters(special)

    var registers = kvm_regs()
    registers.rip = entry.instruction
    registers.rsi = entry.argument
    registers.rflags = 2  // a bit that is always set; interrupts off
    try cpu.setRegisters(registers)
  }

  private static func segment(selector: UInt16, type: UInt8, isCode: Bool) -> kvm_segment {
    var segment = kvm_segment()
    segment.limit = 0xffff_ffff
    segment.selector = selector
    segment.type = type
    segment.present = 1
    segment.s = 1
    segment.g = 1
    segment.l = isCode ? 1 : 0
    segment.db = isCode ? 0 : 1
    return segment
  }
}

/// Real-mode instructions at the reset vector, F000:FFF0, that write the reset register.
///
/// With hardware-reduced ACPI and no EFI, Linux reboots by a jump to the reset vector, where a PC has its BIOS. Without
/// these seven bytes the guest would run through zeroes endlessly.
enum ResetStub {
  static let code: [UInt8] = [
    0xba, UInt8(truncatingIfNeeded: GuestPlatform.resetPort), UInt8(truncatingIfNeeded: GuestPlatform.resetPort >> 8),
    0xb0, GuestPlatform.resetValue,  // mov dx, port; mov al, value
    0xee,  // out dx, al
    0xf4,  // hlt
  ]
}
