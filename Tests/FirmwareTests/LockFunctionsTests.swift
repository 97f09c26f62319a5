import Basics
import Firmware
import PersistentMemory
import TestSupport
import Testing

/// The security functions of an NVDIMM, byte for byte as the NVDIMM DSM Interface 2.0 lays them out.
@Suite("Functions for the lock") struct LockFunctionsTests {
  private let labels = MemoryLabels([UInt8](repeating: 0xAA, count: 0x2_0000))
  private let dimm: MemoryDIMM
  private var methods = DeviceMethods()

  init() {
    dimm = MemoryDIMM(slot: 6, labels: labels)
    methods.plug(dimm.device)
  }

  private static let (one, two) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
  private static let zero = [UInt8](repeating: 0, count: 32)

  private mutating func call(_ function: UInt32, _ argument: [UInt8] = []) -> [UInt8] {
    [UInt8](methods.handle(request: words(7, 0, function, 2) + argument)[16...])
  }

  private mutating func state() -> UInt8 { call(19)[8] }

  private mutating func turnOff() throws {
    try dimm.condition.change { condition in
      condition = ConditionRecord(generation: 1, condition: condition, isInUse: false).afterPowerOn
    }
  }

  @Test("another passphrase is wrong, whatever the salt is") mutating func wrong() {
    for _ in 0..<5000 {
      _ = call(20, Self.zero + Self.one)
      #expect(call(21, Self.two) == words(11))
      #expect(call(21, Self.one) == words(0))
    }
  }

  @Test("a new DIMM has no lock, and a master passphrase as it was delivered") mutating func none() {
    #expect(call(19) == words(0, 1, 0))
    #expect(call(22, Self.one) == words(10))
    #expect(call(21, Self.one) == words(10))
    #expect(call(23) == words(10))
    #expect(call(26) == words(0x2_0007))
    for function: UInt32 in [20, 21, 22, 24, 25, 27, 28] { #expect(call(function, [1, 2, 3]) == words(3)) }
  }

  @Test("a passphrase locks from the next power-on on, labels too") mutating func lock() throws {
    #expect(call(20, Self.zero + Self.one) == words(0))
    #expect(state() == 2)
    #expect(call(5, words(0, 4)) == words(0) + [0xAA, 0xAA, 0xAA, 0xAA])
    try turnOff()
    #expect(state() == 6)
    #expect(call(4) == words(0x1_0000, 0x2_0000, 0x1_0000))
    #expect(call(5, words(0, 4)) == words(10))
    #expect(call(6, words(0, 1) + [1]) == words(10))
    #expect(call(20, Self.one + Self.two) == words(10))
    #expect(call(22, Self.two) == words(11))
    #expect(call(22, Self.one) == words(0))
    #expect(state() == 2)
    #expect(call(4) == words(0, 0x2_0000, 0x1_0000))
    #expect(call(5, words(0, 1)) == words(0) + [0xAA])
    #expect(call(20, Self.two + Self.one) == words(11))
    #expect(call(20, Self.one + Self.two) == words(0))
    #expect(call(23) == words(0))
    #expect(state() == 10)
    #expect(call(21, Self.two) == words(10))
    try turnOff()
    #expect(call(22, Self.two) == words(0))
    #expect(call(21, Self.two) == words(0))
    #expect(state() == 0)
  }

  @Test("an erasure leaves labels, and no lock; the master passphrase serves where the other is lost")
  mutating func erase() throws {
    #expect(call(27, Self.zero + Self.two) == words(0))
    #expect(call(20, Self.zero + Self.one) == words(0))
    #expect(call(27, Self.two + Self.zero) == words(10))
    #expect(call(24, Self.two) == words(11))
    #expect(dimm.erased.isEmpty)
    #expect(call(24, Self.one) == words(0))
    #expect(dimm.erased == [0..<MemoryDIMM.regionSize])
    #expect(state() == 0)
    #expect(call(20, Self.zero + Self.one) == words(0))
    try turnOff()
    #expect(call(28, Self.zero) == words(11))
    #expect(call(28, Self.two) == words(0))
    #expect(state() == 0)
    #expect(labels.contents.allSatisfy { $0 == 0xAA })
  }

  @Test("an overwrite tells that it goes on until all is zero, labels too") mutating func overwrite() throws {
    #expect(call(25, Self.zero) == words(0))
    #expect(state() == 0x40)
    #expect(call(24, Self.zero) == words(10))
    #expect(call(5, words(0, 4)) == words(10))
    #expect(call(6, words(0, 1) + [1]) == words(10))
    for _ in 0..<3 { #expect(call(26) == words(0x1_0007)) }
    try dimm.finishErasure()
    #expect(call(26) == words(0))
    #expect(state() == 0)
    #expect(dimm.erased == [0..<MemoryDIMM.regionSize])
    #expect(labels.contents.allSatisfy { $0 == 0 })
    try turnOff()
    #expect(call(26) == words(0x2_0007))
  }

  @Test("an overwrite that was cut off is still to be done at the next start, and what is locked meanwhile stays so")
  mutating func cutOff() throws {
    #expect(call(20, Self.zero + Self.one) == words(0))
    #expect(call(25, Self.one) == words(0))
    try turnOff()
    #expect(dimm.condition.value.security.erasure == .everything)
    #expect(state() == 0x46)
    #expect(call(22, Self.one) == words(10))
    try dimm.finishErasure()
    #expect(state() == 0)
  }

  @Test("after five wrong passphrases none is taken until the power goes", arguments: [22, 28] as [UInt32])
  mutating func guessing(function: UInt32) throws {
    #expect(call(27, Self.zero + Self.two) == words(0))
    #expect(call(20, Self.zero + Self.one) == words(0))
    try turnOff()
    let right = function == 22 ? Self.one : Self.two
    for _ in 0..<4 { #expect(call(function, Self.zero) == words(11)) }
    let (unlocked, locked) = (function == 22 ? 2 : 0, 6) as (UInt8, UInt8)
    #expect(state() == locked)
    #expect(call(function, Self.zero) == words(11))
    #expect(call(function, right) == words(10))
    #expect(call(19) == words(0, function == 22 ? 1 : 3, function == 22 ? 0x16 : 6))
    try turnOff()
    // A correct passphrase resets the count.
    for _ in 0..<2 {
      for _ in 0..<4 { #expect(call(function, Self.zero) == words(11)) }
      #expect(call(function, right) == words(0))
      #expect(state() == unlocked)
      #expect(call(27, Self.two + Self.two) == words(function == 22 ? 10 : 0))
      if function == 28 { #expect(call(20, Self.zero + Self.one) == words(0)) }
      try turnOff()
    }
  }

  @Test("what is frozen changes in nothing, and thaws") mutating func freeze() throws {
    #expect(call(20, Self.zero + Self.one) == words(0))
    #expect(call(23) == words(0))
    #expect(state() == 10)
    for (function, argument) in [
      (20, Self.one + Self.two), (21, Self.one), (22, Self.one), (24, Self.one), (25, Self.one),
      (27, Self.zero + Self.one), (28, Self.zero),
    ] as [(UInt32, [UInt8])] { #expect(call(function, argument) == words(10)) }
    #expect(state() == 10)
    #expect(dimm.erased.isEmpty)
    try turnOff()
    #expect(state() == 6)
  }

  @Test("the passphrase is kept as a hash, with another salt each time") mutating func hashes() throws {
    var kept: Set<[UInt8]> = []
    let passphrase = (0..<32).map { UInt8(0x40 + $0) }
    for _ in 0..<2 {
      #expect(call(20, Self.zero + passphrase) == words(0))
      let encoded = ConditionRecord(generation: 1, condition: dimm.condition.value, isInUse: true).encoded
      #expect(encoded.firstRange(of: passphrase[..<8]) == nil)
      kept.insert(encoded)
      #expect(call(21, passphrase) == words(0))
    }
    #expect(kept.count == 2)
  }

  @Test("a DIMM that takes no writes is not erased, and no erasure is left to do") mutating func readOnly() {
    let dimm = MemoryDIMM(slot: 6, labels: labels, failure: .readOnly)
    methods.plug(dimm.device)
    for function: UInt32 in [24, 25, 28] { #expect(call(function, Self.zero) == words(1)) }
    #expect(state() == 0)
  }

  @Test("an erasure that fails is still to be done") mutating func failing() {
    let dimm = MemoryDIMM(slot: 6, labels: labels, failure: .failed)
    methods.plug(dimm.device)
    #expect(call(24, Self.zero) == words(4))
    #expect(state() == 0x40)
    #expect(call(5, words(0, 4)) == words(10))
  }
}
