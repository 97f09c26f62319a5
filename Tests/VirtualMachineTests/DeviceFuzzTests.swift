import Basics
import Firmware
import PersistentMemory
import Storage
import TestSupport
import Testing
import VirtualMachine

/// Anything that a hostile guest can do to the devices: any port, any width, any address, any request in the label
/// window. None of it may trap, and none may reach bytes of the backends that do not belong to the guest.
@Suite("Fuzz of the devices", .needsKVM)
struct DeviceFuzzTests {
  private let backends: FuzzedDIMMs
  private let hardware: GuestHardware
  private let machine: Machine

  init() throws {
    backends = try FuzzedDIMMs()
    hardware = try GuestHardware(memory: 16 << 20, dimms: backends.dimms, slots: 8, serialPorts: 4)
    machine = try Machine(
      hardware, KVMSystem(), program: FlatProgram([0xf4]), otherPorts: [{ _ in }, { _ in }, { _ in }]
    ) { _ in }
  }

  private static func number(_ random: inout SeededGenerator) -> UInt32 {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: UInt32.random(in: 0...8, using: &random)
    case 1: [0, 16, 0x1_0000, 0x1_0020, 0x1_0021, 0x2_0000, 0x7fff_ffff, .max].randomElement(using: &random) ?? 0
    default: UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0...31, using: &random)
    }
  }

  private static let known: [ClosedRange<UInt16>] =
    [
      GuestPlatform.methodDoorbellPort - 2...GuestPlatform.resetPort + 2
    ] + GuestPlatform.serialPorts.map(\.ports)

  /// Makes one access to a port, or an event such as console input.
  private static func accessPort(of machine: Machine, _ random: inout SeededGenerator) {
    let port =
      Bool.random(using: &random)
      ? UInt16.random(in: 0...(.max), using: &random)
      : UInt16.random(in: known.randomElement(using: &random) ?? known[0], using: &random)
    let width = [1, 2, 4].randomElement(using: &random) ?? 1
    switch Int.random(in: 0..<16, using: &random) {
    case 0 where !machine.serial.isFull: machine.serial.receive([UInt8(truncatingIfNeeded: number(&random))])
    case 1: machine.pressPowerButton()
    case ..<8: machine.ports.write(number(&random), width: width, to: port)
    default: _ = machine.ports.read(width: width, from: port)
    }
  }

  @Test("ports") func ports() throws {
    var random = SeededGenerator(fuzzing: "ports")
    for _ in 0..<SeededGenerator.count(default: 5000, optimized: 100_000) { Self.accessPort(of: machine, &random) }
    #expect(try backends.damage().isEmpty)
  }

  /// Returns an address: mostly near the ends of the NVDIMMs and in the pages of the flush hints, but rarely the hint
  /// of the NVDIMM that really synchronises.
  private static func address(_ random: inout SeededGenerator) -> UInt64 {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return UInt64.random(in: 0...(.max), using: &random)
    case 1: return UInt64.random(in: 0xfe00_0000..<0x1_0000_0000, using: &random)
    case 2: return UInt64.random(in: GuestPlatform.flushHints, using: &random)
    default:
      let start = FuzzedDIMMs.address + UInt64.random(in: 0..<5, using: &random) * FuzzedDIMMs.distance
      let edge = Bool.random(using: &random) ? 0 : UInt64(FuzzedDIMMs.regionSize)
      return start + edge &+ UInt64.random(in: 0...32, using: &random) &- 16
    }
  }

  @Test("addresses without memory, and memory that the host could not give") func addresses() throws {
    var random = SeededGenerator(fuzzing: "addresses")
    // The expected contents of the regions.
    var regions = backends.dimms.map { dimm in
      (0..<Int(dimm.geometry.regionSize)).map { FuzzedDIMMs.pattern($0, dimm.slot) }
    }
    var misses = 0
    for _ in 0..<SeededGenerator.count(default: 5000, optimized: 100_000) {
      let (address, width) = (Self.address(&random), Int.random(in: 1...8, using: &random))
      let value = UInt64.random(in: 0...(.max), using: &random)
      let dimm = backends.dimms.first {
        $0.range.contains(address) && UInt64(width) <= $0.range.upperBound - address
      }
      let place = dimm.map { ($0.slot, Int(address - $0.address)) }
      if Bool.random(using: &random) {
        if machine.memory.write(value, width: width, to: address) != .done { misses += 1 }
        if let (slot, offset) = place, slot != 1 {
          for index in 0..<width { regions[slot][offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
        }
      } else {
        let read = machine.memory.read(width: width, from: address)
        let expected = place.map { slot, offset in
          (0..<width).reduce(UInt64(0)) { $0 | UInt64(regions[slot][offset + $1]) << ($1 * 8) }
        }
        if read != .value(expected ?? .max) { misses += 1 }
      }
    }
    #expect(misses == 0)
    for slot in [0, 3] {
      #expect(try backends.contents(slot).prefix(FuzzedDIMMs.regionSize).elementsEqual(regions[slot]), "\(slot)")
    }
    #expect(try backends.damage().isEmpty)
  }

  /// Returns a request; half of the requests have a valid NVDIMM and method, and a range that may fit.
  private static func request(_ random: inout SeededGenerator) -> [UInt8] {
    var words = (0..<12).map { _ in number(&random) }
    if Int.random(in: 0..<8, using: &random) > 0 {
      // Few requests are for the NVDIMM that really synchronises.
      words[0] = Int.random(in: 0..<64, using: &random) == 0 ? 4 : UInt32.random(in: 0...3, using: &random)
      words[1] = UInt32.random(in: 0...5, using: &random)
      words[2] = UInt32.random(in: 0...7, using: &random)
      let edges: [UInt32] = [0, 0x1_0000, UInt32(FuzzedDIMMs.labelSize)]
      let offset = (edges.randomElement(using: &random) ?? 0) &+ UInt32.random(in: 0...64, using: &random) &- 32
      let length =
        Int.random(in: 0..<32, using: &random) == 0 ? number(&random) : UInt32.random(in: 0...40, using: &random)
      (words[4], words[5]) = words[1] == 0 ? (offset, length) : (offset, 0)
      if words[1] != 0 { (words[6], words[7]) = (length, 0) }
    }
    var bytes: [UInt8] = []
    for word in words { bytes.append(littleEndian: word) }
    let data = Int.random(in: 0..<64, using: &random) == 0 ? Int.random(in: 0...0x1_1000, using: &random) : 0
    return bytes + [UInt8](repeating: UInt8.random(in: 0x80...0xff, using: &random), count: data)
  }

  @Test("requests in the method window: what is legal is done, and nothing else") func requests() throws {
    var random = SeededGenerator(fuzzing: "method window")
    var reference = backends.reference(interfaceTable: NFIT(dimms: hardware.machine.dimms).structures)
    // The expected contents of the window.
    var window = [UInt8](repeating: 0, count: MethodWindow.requestLimit + 0x2000)
    let count = SeededGenerator.count(default: 2000, optimized: 20_000)
    var (misses, writes) = (0, 0)
    for _ in 0..<count {
      let request = Self.request(&random)
      hardware.placeRequest(request)
      window.replaceSubrange(..<request.count, with: request)
      let length = Bool.random(using: &random) ? UInt32(request.count) : Self.number(&random)
      machine.ports.write(length, width: 4, to: GuestPlatform.methodDoorbellPort)
      let response = reference.respond(
        to: Array(window.prefix(min(Int(length), MethodWindow.requestLimit))))
      window.replaceSubrange(..<response.count, with: response)
      backends.settle()
      let seen = hardware.response(count: response.count + 16)
      if seen != Array(window.prefix(response.count + 16)) { misses += 1 }
      if request[4] == 3, response[16...] == [0, 0, 0, 0] { writes += 1 }
    }
    #expect(misses == 0)
    #expect(writes > count / 100, "the fuzz does not reach what it is for")
    for (slot, handle) in [(0, 1), (3, 4)] as [(Int, UInt32)] {
      #expect(try backends.labels(slot) == reference.areas[handle]??.bytes, "\(slot)")
    }
    #expect(try backends.damage(exceptLabels: 0..<FuzzedDIMMs.labelSize).isEmpty)
  }

  /// Returns a request about errors or health; half of the requests name a range of one or more NVDIMMs.
  private static func conditionRequest(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    let isForBus = Int.random(in: 0..<4, using: &random) > 0
    let function =
      isForBus
      ? UInt32.random(in: 0...10, using: &random) : [0, 1, 2, 10, 17, 18].randomElement(using: &random) ?? 0
    let handle = isForBus ? 0 : UInt32.random(in: 1...5, using: &random)
    for word in [handle, 0, function, UInt32.random(in: 0...3, using: &random)] { bytes.append(littleEndian: word) }
    if isForBus {
      var address = Self.address(&random)
      if Bool.random(using: &random) {
        let offset = UInt64.random(in: 0..<UInt64(FuzzedDIMMs.regionSize), using: &random)
        address = FuzzedDIMMs.address + UInt64.random(in: 0..<4, using: &random) * FuzzedDIMMs.distance + offset
      }
      let isWhole = Bool.random(using: &random)
      bytes.append(littleEndian: isWhole ? address / 256 * 256 : address)
      let length: UInt64 = [1, 255, 256, 512, 4096, FuzzedDIMMs.distance, .max].randomElement(using: &random) ?? 0
      bytes.append(littleEndian: Int.random(in: 0..<9, using: &random) == 0 ? 0 : length)
      bytes.append(littleEndian: UInt16.random(in: 1...3, using: &random))
      bytes.append(littleEndian: UInt64.random(in: 0...(.max), using: &random))
    } else {
      bytes += (0..<8).map { $0 == 0 ? UInt8.random(in: 0...17, using: &random) : 0 }
      bytes += (0..<8).map { _ in
        UInt8.random(in: 0...255, using: &random) >> 7 * UInt8.random(in: 0...255, using: &random)
      }
      if function == 17 { bytes.replaceSubrange(17..<24, with: [UInt8](repeating: 3, count: 7)) }
    }
    return Int.random(in: 0..<16, using: &random) == 0
      ? Array(bytes.dropLast(Int.random(in: 0...26, using: &random))) : bytes
  }

  @Test("errors and health: what is legal is done, and nothing else") func conditions() throws {
    var random = SeededGenerator(fuzzing: "errors and health")
    var reference = backends.reference(interfaceTable: [])
    let count = SeededGenerator.count(default: 4000, optimized: 40_000)
    var (misses, found) = (0, 0)
    for _ in 0..<count {
      let request = Self.conditionRequest(&random)
      let (response, isRight) = answer(request, reference: &reference)
      if !isRight { misses += 1 }
      if response.count > 16 + 48 { found += 1 }
    }
    #expect(misses == 0)
    #expect(found > count / 100, "the fuzz does not reach what it is for")
    #expect(try backends.damage().isEmpty)
  }

  /// Returns a request about the lock, or about the first labels; there are few passphrases, so that guesses succeed.
  private static func lockRequest(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    let isForLabels = Int.random(in: 0..<4, using: &random) == 0
    // Few requests are for the NVDIMM that really synchronises.
    let handle = Int.random(in: 0..<64, using: &random) == 0 ? 4 : UInt32.random(in: 1...3, using: &random)
    let method = isForLabels ? UInt32.random(in: 0...3, using: &random) : 0
    // An erasure takes a while.
    var function = UInt32.random(in: 19...28, using: &random)
    if [24, 25, 28].contains(function), Int.random(in: 0..<8, using: &random) > 0 { function = 22 }
    if isForLabels { function = UInt32.random(in: 4...6, using: &random) }
    for word in [handle, method, function, 2] { bytes.append(littleEndian: word) }
    if isForLabels {
      let offset = UInt32.random(in: 0...64, using: &random)
      for word in method == 0 ? [offset, 4] : [offset, 0, 4, 0] { bytes.append(littleEndian: word) }
      return bytes + (0..<4).map { _ in UInt8.random(in: 0x80...0xff, using: &random) }
    }
    for _ in 0..<2 {
      bytes += [UInt8](repeating: Int.random(in: 0..<3, using: &random) == 0 ? 1 : 0, count: 32)
      if Int.random(in: 0..<16, using: &random) == 0 { bytes[bytes.count - 1] ^= 1 }
    }
    return Int.random(in: 0..<16, using: &random) == 0
      ? Array(bytes.dropLast(Int.random(in: 0...64, using: &random))) : bytes
  }

  /// Makes the call of `request`. Returns the response of `reference`, and whether it is that of the device.
  private func answer(
    _ request: [UInt8], reference: inout LabelReference
  ) -> (response: [UInt8], isRight: Bool) {
    hardware.placeRequest(request)
    machine.ports.write(UInt32(request.count), width: 4, to: GuestPlatform.methodDoorbellPort)
    backends.settle()
    let response = reference.respond(to: request)
    return (response, hardware.response(count: response.count) == response)
  }

  @Test("locks: what is legal is done, and nothing else") func locks() throws {
    var random = SeededGenerator(fuzzing: "locks")
    var reference = backends.reference(interfaceTable: [])
    let count = SeededGenerator.count(default: 4000, optimized: 40_000)
    var (misses, unlocked) = (0, 0)
    for _ in 0..<count {
      if Int.random(in: 0..<32, using: &random) == 0 {
        for dimm in backends.dimms {
          try dimm.condition.change { $0.security.powerOn() }
          reference.locks[dimm.description.handle]?.powerOn()
        }
      }
      let request = Self.lockRequest(&random)
      let (response, isRight) = answer(request, reference: &reference)
      if !isRight { misses += 1 }
      if request[8] == 22, request[4] == 0, response[16...] == [0, 0, 0, 0] { unlocked += 1 }
    }
    #expect(misses == 0)
    #expect(unlocked > count / 100, "the fuzz does not reach what it is for")
    for slot in [0, 3] {
      let handle = UInt32(slot + 1)
      #expect(try backends.labels(slot) == reference.areas[handle]??.bytes, "\(slot)")
      let isZero = reference.erased.contains(handle)
      let region = try backends.contents(slot).prefix(FuzzedDIMMs.regionSize)
      let isRight = region.enumerated().allSatisfy { $1 == (isZero ? 0 : FuzzedDIMMs.pattern($0, slot)) }
      #expect(isRight, "\(slot)")
    }
    #expect(reference.erased.contains(1))
    #expect(try backends.damage(exceptLabels: 0..<FuzzedDIMMs.labelSize).isEmpty)
  }

  /// Returns a request about the firmware; most requests belong to an update that succeeds.
  private static func updateRequest(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    let function = UInt32.random(in: 12...16, using: &random)
    let context = UInt32.random(in: 0...3, using: &random)
    for word in [UInt32.random(in: 1...5, using: &random), 0, function, 2] { bytes.append(littleEndian: word) }
    if function == 15 {
      bytes.append(littleEndian: Int.random(in: 0..<8, using: &random) == 0 ? number(&random) : 0)
    }
    bytes.append(littleEndian: context)
    if function == 14 {
      let edges: [UInt32] = [0, 0, 0, 4, 8, 1 << 20, (1 << 20) - 1, .max]
      bytes.append(littleEndian: edges.randomElement(using: &random) ?? 0)
      let count = [1, 4, 8, 8, 9, 20].randomElement(using: &random) ?? 0
      bytes.append(littleEndian: Int.random(in: 0..<16, using: &random) == 0 ? number(&random) : UInt32(count))
      let byte: UInt8 = [0, 0xff, 5, 6].randomElement(using: &random) ?? 0
      bytes += [UInt8](repeating: byte, count: count)
    }
    return Int.random(in: 0..<16, using: &random) == 0
      ? Array(bytes.dropLast(Int.random(in: 0...16, using: &random))) : bytes
  }

  @Test("firmware: what is legal is done, and nothing else") func updates() throws {
    var random = SeededGenerator(fuzzing: "firmware")
    var reference = backends.reference(interfaceTable: [])
    let count = SeededGenerator.count(default: 4000, optimized: 40_000)
    var (misses, staged) = (0, 0)
    for _ in 0..<count {
      if Int.random(in: 0..<128, using: &random) == 0 {
        for dimm in backends.dimms {
          let handle = dimm.description.handle
          if reference.updates[handle]?.next != 0 { staged += 1 }
          try dimm.condition.change { $0.firmware.coldStart() }
          reference.updates[handle]?.coldStart()
        }
      }
      let request = Self.updateRequest(&random)
      if !answer(request, reference: &reference).isRight { misses += 1 }
    }
    #expect(misses == 0)
    #expect(staged > count / 1000, "the fuzz does not reach what it is for")
    #expect(try backends.damage().isEmpty)
  }

  @Test("several CPUs at once, while NVDIMMs are plugged") func processors() throws {
    var seeds = SeededGenerator(fuzzing: "several CPUs")
    let count = SeededGenerator.count(default: 2000, optimized: 20_000) / 4
    let threads = try (0..<4).map { number in
      let seed = seeds.next()
      return try JoinableThread(name: "fuzz\(number)") { [machine] in
        var random = SeededGenerator(seed: seed)
        for _ in 0..<count {
          Self.accessPort(of: machine, &random)
          // In the guest's memory this would race with the other accesses, as a guest's CPUs do, so it is not done
          // here.
          let address = UInt64.random(in: GuestPlatform.flushHints, using: &random)
          _ = machine.memory.write(0, width: 4, to: address)
        }
      }
    }
    for slot in 4..<8 {
      let address = FuzzedDIMMs.address + UInt64(slot) * FuzzedDIMMs.distance
      let geometry = try BackendGeometry(mappedSize: 1 << 20, labelSize: UInt64(FuzzedDIMMs.labelSize))
      try machine.plug(
        DIMM(slot: slot, address: address, geometry: geometry, mapping: try MemoryMapping(zeroes: 1 << 20)))
    }
    for thread in threads { thread.join() }
    #expect(hardware.dimms.count == 8)
    #expect(try backends.damage().isEmpty)
  }
}
