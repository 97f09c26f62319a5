import Basics
import Firmware
package import PersistentMemory
package import QEMU
import SystemPackage

/// Why a described machine cannot be put together.
package struct AssemblyError: Error, Equatable, Sendable {
  package enum Fact: Equatable, Sendable {
    case hasNoNVDIMM
    /// The file is there, and has another size than the option says.
    case sizeMismatch(stored: UInt64, expected: UInt64)
    /// The device is smaller than the option says.
    case deviceTooSmall(stored: UInt64, expected: UInt64)
    /// The device is mapped in units of so many bytes, and size or alignment are no multiples.
    case notMappedInUnits(UInt64)
    case geometry(GeometryError)
    case noRoomForRegion(memdev: String, size: UInt64, labelSize: UInt64, alignment: UInt64)
    case alignmentNotPageMultiple(UInt64)
    case alignmentNotPowerOfTwo(UInt64)
    case readOnlyButArmed(memdev: String)
    case noSuchNode(UInt32, count: Int)
    case readOnlyButPreallocated
    /// What is written to the backend is not durable once it has left the CPU's caches.
    case notPersistentMemory
    /// What the guest writes goes to no file.
    case nothingToFlush
    /// Two NVDIMMs would write to the same bytes.
    case fileInUse(path: String)
    case tooManyProcessors(Int, limit: Int)
    case placement(MemoryDeviceError)
    /// Mapping failed, in the words of strerror(3).
    case cannotMap(String)
    case cannotOpen(String)
    case hardware(GuestHardware.Failure)
  }

  /// The option or the path that is to blame.
  package let subject: String
  package let fact: Fact

  init(_ subject: String, _ fact: Fact) {
    self.subject = subject
    self.fact = fact
  }

  init(_ device: NVDIMMDevice, _ fact: Fact) { self.init("-device \(device.properties)", fact) }
}

extension AssemblyError.Fact: CustomStringConvertible {
  /// QEMU's words where QEMU refuses the same.
  package var description: String {
    switch self {
    case .hasNoNVDIMM: "nvdimm is not enabled: missing 'nvdimm' in '-M'"
    case .sizeMismatch(let stored, let expected):
      "the file's size does not match 'size' (stored \(ByteCount(stored).precise), expected \(ByteCount(expected).precise))"
    case .deviceTooSmall(let stored, let expected):
      "the device is too small (stored \(ByteCount(stored).precise), expected at least \(ByteCount(expected).precise))"
    case .notMappedInUnits(let unit): StartRefusal.notMappedInUnits(unit: unit).description
    case .geometry(let error): "\(error)"
    case .noRoomForRegion(let memdev, let size, let labelSize, let alignment):
      StartRefusal.noRoomForRegion(id: memdev, size: size, labelSize: labelSize, alignment: alignment).description
    case .alignmentNotPageMultiple(let alignment):
      StartRefusal.alignmentNotPageMultiple(alignment: alignment, pageSize: 0x1000).description
    case .alignmentNotPowerOfTwo(let alignment): StartRefusal.alignmentNotPowerOfTwo(alignment).description
    case .readOnlyButArmed(let memdev): "'unarmed' property must be 'on' since memdev \(memdev) is read-only"
    case .readOnlyButPreallocated: "'prealloc' cannot be 'on' since the backend is read-only"
    case .notPersistentMemory: "'pmem' cannot be 'on' since the backend is not on persistent memory of this host"
    case .nothingToFlush: "'flush-hint' cannot be 'on' since what the guest writes goes to no file"
    case .fileInUse(let path): "\(path) is the backend of another NVDIMM, and what one writes the other loses"
    case .noSuchNode(let node, let count):
      "'DIMM property node has value \(node)' which exceeds the number of numa nodes: \(count)"
    case .tooManyProcessors(let count, let limit): "too many CPUs (stored \(count), expected at most \(limit))"
    case .placement(let error): error.description
    case .cannotMap(let reason): StartRefusal.cannotMap(reason: reason).description
    case .cannotOpen(let reason): reason
    case .hardware(.noMemory(let size, let error)): "no memory for \(ByteCount(size).precise) of RAM: \(error)"
    case .hardware(.tables(let excess)):
      "the ACPI tables do not fit (stored \(excess.needed) bytes, expected at most \(excess.available))"
    case .hardware(.conflict(let conflict)): "\(conflict)"
    }
  }

  /// What to type.
  package var hint: String? {
    switch self {
    case .hasNoNVDIMM: "-machine pc,nvdimm=on"
    case .sizeMismatch(let stored, _): "size=\(ByteCount(stored).argument), or vnvdimm check on the file"
    case .notMappedInUnits(let unit):
      "align=\(ByteCount(unit).argument), and a size that is a multiple of it"
    case .readOnlyButArmed: "unarmed=on"
    case .notPersistentMemory: "leave pmem=on out: with flush hints the guest's writes are made durable all the same"
    case .nothingToFlush: "leave flush-hint=on out, or share=on for a backend that is not read-only"
    case .fileInUse: "a file of its own for each NVDIMM, or share=off for both"
    case .noRoomForRegion: "a smaller label-size, or a larger backend"
    case .alignmentNotPageMultiple, .alignmentNotPowerOfTwo: "align=SIZE, a power of two from 4K on"
    case .tooManyProcessors(_, let limit): "-smp \(limit)"
    case .noSuchNode: "-numa node,mem=SIZE for each node, or a lower node"
    case .hardware(.noMemory): "a smaller -m"
    case .placement(.invalidSlot), .placement(.slotBusy): "leave slot out: each NVDIMM takes the next that is free"
    case .placement(.noSlots), .placement(.noFreeSlot): "-m SIZE,slots=N,maxmem=SIZE with a slot for every device"
    case .placement(.notEnoughSpace): "-m SIZE,slots=N,maxmem=SIZE with room for RAM and every device"
    default: nil
    }
  }
}
