/// A machine with DIMMs of all kinds, one behind the other.
struct GeneratedGuest {
  let number: Int
  let dimms: [GeneratedDIMM]
  /// `nvdimm-persistence=`
  private let persistence: String?
  /// The DIMMs that have `unarmed=on`.
  private let unarmed: Set<Int>

  init(_ number: Int, dimms count: Int, using generator: inout SplitMix64) throws {
    self.number = number
    var slots = Array(0..<count + 4)
    slots.shuffle(using: &generator)
    // Options of vnvdimm-check can describe the first guest.
    persistence = number == 0 ? nil : [nil, "cpu", "mem-ctrl"].randomElement(using: &generator) ?? nil
    unarmed = number == 0 ? [] : Set((0..<count).filter { _ in Int.random(in: 0..<5, using: &generator) == 0 })
    // In every other guest, all regions start at addresses where namespaces can start.
    let isAligned = Bool.random(using: &generator)
    var base: UInt64 = 4 << 30
    dimms = try slots.prefix(count).map { slot in
      let dimm = try GeneratedDIMM(slot: slot, base: base, isAligned: isAligned, using: &generator)
      base += dimm.regionSize
      return dimm
    }
  }

  /// Makes a machine whose DIMMs have `oddities`.
  init(_ number: Int, oddities: [LabelOddity], using generator: inout SplitMix64) throws {
    self.number = number
    persistence = nil
    unarmed = []
    let slots = Array(0..<oddities.count + 4).shuffled(using: &generator)
    var base: UInt64 = 4 << 30
    dimms = try zip(slots, oddities).map { slot, oddity in
      let dimm = try GeneratedDIMM(slot: slot, base: base, oddity, using: &generator)
      base += dimm.regionSize
      return dimm
    }
  }

  /// Returns the path of the backend of the DIMM that is plugged as number `index`.
  func path(_ index: Int) -> String { "\(number)-\(index).img" }

  /// The guest's writes do not reach the backends.
  var machineOptions: [String] {
    dimms.enumerated().reduce(into: [
      "-machine", "pc,nvdimm=on" + (persistence.map { ",nvdimm-persistence=\($0)" } ?? ""), "-m",
      "256M,slots=\(dimms.count + 4),maxmem=64G",
    ]) { options, next in
      let (index, dimm) = next
      let labels = dimm.labelSize.map { ",label-size=\($0)" } ?? ""
      options += [
        "-object", "memory-backend-file,id=m\(index),share=off,mem-path=\(path(index)),size=\(dimm.size)",
        "-device",
        "nvdimm,id=n\(index),memdev=m\(index),slot=\(dimm.slot)\(labels)"
          + (unarmed.contains(index) ? ",unarmed=on" : ""),
      ]
    }
  }

  var checkOptions: [String] {
    ["--ram", "256M", "--slots", "\(dimms.count + 4)", "--maxmem", "64G"]
      + dimms.flatMap {
        ["--slot", "\($0.slot)", "--label-size", $0.labelSize.map { "\($0)" } ?? "none"]
      } + dimms.indices.map(path)
  }

  var about: String {
    dimms.enumerated().map { index, dimm in
      "handle \(dimm.slot + 1): \(path(index)): \(dimm.history.joined(separator: ", "))\n"
    }.joined()
  }
}
