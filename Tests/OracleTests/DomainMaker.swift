import Libvirt
import TestSupport

/// Makes libvirt domains with persistent memory: mostly valid for `release`, with a few details that libvirt may
/// refuse.
struct DomainMaker: RandomMaker {
  let release: LibvirtRelease
  var generator: SeededGenerator
  var oddity = 0.0
  /// The RAM in KiB.
  var ram: UInt64 = 0
  var cells = 0
  var isPOWER = false
  /// The lines of the document.
  var text = ""

  init(_ release: LibvirtRelease, _ generator: SeededGenerator) {
    self.release = release
    self.generator = generator
  }

  /// Returns the document of a domain.
  static func random(for release: LibvirtRelease, using generator: inout SeededGenerator) -> String {
    var maker = DomainMaker(release, generator)
    let text = maker.make()
    generator = maker.generator
    return text
  }

  mutating func make() -> String {
    oddity = pick([0, 0, 0.01, 0.02, 0.05, 0.15])
    ram = pick([262144, 524288, 524288, 1_048_576, 1_048_576, 1_048_577, 2_097_152, 4_194_304])
    cells = pick([1, 1, 1, 1, 1, 2, 3, chance(0.5) ? 0 : 1])
    let machine = pick([machineOfPC, machineOfPC, machineOfPC, machineOfPC, machineOfPOWER, machineOfARM])
    let system = machine(&self)
    let devices = (0..<pick([1, 1, 1, 2, 2, 3, 4, 0])).map { device($0) }
    text = "<domain type='qemu'><name>guest</name>"
    if chance(0.3) { text += "<uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>" }
    var parts = [
      maximum(), memory(), backing(), isOdd() ? pick(Self.oddProcessors) : "<vcpu>\(max(2, cells))</vcpu>", tuning(),
      system, topology(),
    ]
    if isOdd() { parts.shuffle(using: &generator) }
    text += parts.joined() + "<devices><emulator>/usr/bin/qemu-system-\(emulator)</emulator>" + devices.joined()
    return text + "</devices></domain>"
  }

  private static let oddProcessors = [
    "", "<vcpu/>", "<vcpu>x</vcpu>", "<vcpu>1</vcpu>", "<vcpu placement='static'>4</vcpu>",
  ]

  // MARK: The machine

  private var emulator: String { isPOWER ? "ppc64" : isARM ? "aarch64" : "x86_64" }
  private var isARM = false

  private let machineOfPC: (inout DomainMaker) -> String = { maker in
    let machine =
      maker.isOdd() ? maker.pick(["pc-q35-4.2", "pc-i440fx-2.1", ""]) : maker.pick(Self.machines)
    let type =
      maker.chance(0.03) ? "<type arch='x86_64'>hvm</type>" : "<type arch='x86_64' machine='\(machine)'>hvm</type>"
    return "<os>\(type)</os>" + (maker.chance(0.7) ? "<features><acpi/></features>" : "")
  }
  private static let machines = ["q35", "q35", "pc", "pc", "pc-i440fx-5.2", "pc-q35-5.2"]

  private let machineOfPOWER: (inout DomainMaker) -> String = { maker in
    maker.isPOWER = true
    let machine = maker.chance(0.2) ? "pseries-5.2" : "pseries"
    return "<os><type arch='ppc64\(maker.isOdd() ? "le" : "")' machine='\(machine)'>hvm</type></os>"
      + (maker.chance(0.2) ? "<features><acpi/></features>" : "")
  }

  private let machineOfARM: (inout DomainMaker) -> String = { maker in
    maker.isARM = true
    let machine = maker.chance(0.2) ? "virt-5.2" : "virt"
    let hasFirmware = maker.chance(0.6)
    let loader =
      "<loader readonly='yes' type='pflash'>/usr/share/AAVMF/AAVMF_CODE.fd</loader><nvram>/tmp/x.fd</nvram>"
    return "<os><type arch='aarch64' machine='\(machine)'>hvm</type>\(hasFirmware ? loader : "")</os>"
      + (maker.chance(hasFirmware ? 0.9 : 0.1) ? "<features><acpi/></features>" : "")
  }

  // MARK: Memory

  private mutating func maximum() -> String {
    guard !chance(0.05), !isOdd() else { return "" }
    let slots = isOdd() ? pick(Self.oddSlots) : chance(0.05) ? "" : " slots='\(pick([2, 4, 4, 8, 16, 16, 255, 256]))'"
    let size =
      isOdd()
      ? pick([524288, 1_048_576, ram, 0, 16_776_192]) : pick([8_388_608, 16_777_216, 16_777_216, 1_073_741_824])
    return sized("maxMemory", size, slots)
  }
  private static let oddSlots = [
    " slots='0'", " slots='1'", " slots='x'", " slots=''", " slots='-1'", " slots='4294967296'",
  ]

  private mutating func memory() -> String {
    if isOdd() { return pick(["", "<memory/>", "<memory unit='x'>1048576</memory>", "<memory>-1</memory>"]) }
    let size = cells > 0 && chance(0.9) ? ram : ram + pick([0, 2_097_152, 4_194_304])
    let current = chance(0.2) ? sized("currentMemory", isOdd() ? size * 2 : size, "") : ""
    return sized("memory", size, pick(["", "", "", " dumpCore='on'", isOdd() ? " dumpCore='x'" : " dumpCore='off'"]))
      + current
  }

  private mutating func topology() -> String {
    guard cells > 0 else { return chance(0.2) ? "<cpu/>" : isOdd() ? "<cpu><numa/></cpu>" : "" }
    let elements = (0..<cells).map { index -> String in
      let id = isOdd() ? pick(["", " id='0'", " id='7'", " id='x'", " id='-1'"]) : " id='\(index)'"
      var attributes = id + " cpus='\(isOdd() ? pick(["9", "x", "0", "0-1"]) : "\(index)")'"
      if chance(0.1) { attributes += " memAccess='\(isOdd() ? "x" : pick(["shared", "private"]))'" }
      if chance(0.1) { attributes += " discard='\(isOdd() ? "x" : pick(["yes", "no"]))'" }
      if isOdd() { return "<cell\(attributes)/>" }
      let size = isOdd() ? pick([0, ram + 1, ram - 1]) : ram
      let unit = unit(size)
      return "<cell\(attributes) memory='\(unit.number)'\(unit.attribute)/>"
    }
    return "<cpu><numa>\(elements.joined())</numa></cpu>"
  }

  private mutating func backing() -> String {
    guard chance(0.5) else { return "" }
    var elements: [String] = []
    if chance(0.3) { elements.append(pick(["<nosharepages/>", "<locked/>", "<nosharepages/>"])) }
    if chance(0.2) {
      elements.append("<source type='\(isOdd() ? pick(["x", ""]) : pick(["file", "anonymous", "memfd"]))'/>")
    }
    if chance(0.25) { elements.append("<access mode='\(isOdd() ? pick(["x", ""]) : pick(["shared", "private"]))'/>") }
    if chance(0.2) { elements.append("<allocation\(pick(allocations))/>") }
    if chance(0.1) { elements.append("<discard/>") }
    if chance(0.08) || isOdd() { elements.append(pick(isOdd() ? Self.oddHugePages : Self.hugePages)) }
    elements.shuffle(using: &generator)
    return "<memoryBacking>\(elements.joined())</memoryBacking>"
  }
  private var allocations: [String] {
    [" mode='immediate'", " mode='ondemand'", " threads='8'", " mode='immediate' threads='2'"]
  }
  private static let hugePages = [
    "<hugepages/>", "<hugepages><page size='2' unit='M'/></hugepages>",
    "<hugepages><page size='4' unit='KiB'/></hugepages>", "<hugepages><page size='2048' nodeset='0'/></hugepages>",
  ]
  private static let oddHugePages = [
    "<hugepages><page/></hugepages>", "<hugepages><page size='0'/></hugepages>",
    "<hugepages><page size='1' unit='G'/></hugepages>", "<hugepages><page size='2048' nodeset='5'/></hugepages>",
    "<hugepages><page size='2048' nodeset='x'/></hugepages>",
    "<hugepages><page size='2048'/><page size='1048576'/></hugepages>",
    "<allocation threads='x'/>", "<allocation mode='x'/>", "<allocation threads='0'/>",
  ]

  private mutating func tuning() -> String {
    guard chance(0.1) || isOdd() else { return "" }
    if isOdd() { return "<numatune>\(pick(Self.oddTunings))</numatune>" }
    let mode = pick(["strict", "strict", "preferred", "interleave", "restrictive"])
    let cell = chance(0.2) ? "<memnode cellid='0' mode='\(pick(["strict", "preferred", mode]))' nodeset='0'/>" : ""
    return "<numatune><memory mode='\(mode)' nodeset='0'/>\(cell)</numatune>"
  }
  private static let oddTunings = [
    "<memory mode='x' nodeset='0'/>", "<memory nodeset='x'/>",
    "<memory mode='strict'/>",
    "<memnode cellid='9' mode='strict' nodeset='0'/>", "<memnode cellid='0'/>", "<memory placement='static'/>",
    "<memory placement='auto'/><memnode cellid='0' nodeset='0'/>",
    "<memory placement='x'/>", "<memory/>",
    "<memnode mode='strict' nodeset='0'/>",
    "<memory mode='strict' nodeset='0,^0'/>",
    "<memnode cellid='0' nodeset='0'/><memnode cellid='0' nodeset='0'/>",
  ]
}

extension DomainMaker {
  /// Returns a number and a unit that express `kibibytes`, exactly in most cases.
  mutating func unit(_ kibibytes: UInt64) -> (number: String, attribute: String) {
    if isOdd() {
      return pick([
        ("", ""), ("x", ""), ("-1", ""), ("1", " unit='x'"), ("0x400", ""), ("9999999999999999999", " unit='T'"),
        ("1.5", " unit='GiB'"), (" 2048", ""), ("+4096", ""),
        ("\(kibibytes)", " unit='MiB'"), ("\(kibibytes >> 20)", " unit='TiB'"), ("\(kibibytes >> 10)", " unit='GB'"),
      ])
    }
    var units: [(String, String)] = [
      ("\(kibibytes)", " unit='KiB'"), ("\(kibibytes)", " unit='KiB'"),
      ("\(kibibytes)", pick(["", " unit='k'", " unit='kib'", " unit=''"])),
    ]
    let bytes = kibibytes << 10
    units.append(("\(bytes)", " unit='\(pick(["b", "byte", "bytes", "B"]))'"))
    if kibibytes.isMultiple(of: 1 << 10) {
      units.append(("\(kibibytes >> 10)", " unit='\(pick(["M", "MiB", "mib"]))'"))
    }
    if kibibytes.isMultiple(of: 1 << 20) { units.append(("\(kibibytes >> 20)", " unit='\(pick(["G", "GiB"]))'")) }
    if chance(0.1) { units.append(("\(bytes / 1_000_000 + 1)", " unit='MB'")) }
    if chance(0.05) { units.append(("\(bytes - min(bytes, 1))", " unit='bytes'")) }
    return pick(units)
  }

  mutating func sized(_ name: String, _ kibibytes: UInt64, _ attributes: String) -> String {
    let unit = unit(kibibytes)
    return "<\(name)\(attributes)\(unit.attribute)>\(unit.number)</\(name)>"
  }
}
