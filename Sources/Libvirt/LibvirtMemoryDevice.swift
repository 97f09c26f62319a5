package import FoundationEssentials
import QEMU

/// `<memory model=…>` in the devices of a domain.
package struct LibvirtMemoryDevice: Equatable, Sendable {
  package enum Model: String, CaseIterable, Sendable {
    case dimm, nvdimm
    case virtioPersistentMemory = "virtio-pmem"
    case virtioMemory = "virtio-mem"
    case enclave = "sgx-epc"

    /// Whether the device has a slot.
    var isDIMM: Bool { self == .dimm || self == .nvdimm }
    /// Whether the device is backed by a file of the host.
    var hasPath: Bool { self == .nvdimm || self == .virtioPersistentMemory }

    /// The change that introduced the model; `nil` if it was always present.
    fileprivate var change: LibvirtChange? {
      switch self {
      case .dimm, .nvdimm: nil
      case .virtioPersistentMemory: .virtioPersistentMemory
      case .virtioMemory: .virtioMemory
      case .enclave: .enclave
      }
    }
  }

  package enum Address: Equatable, Sendable {
    case dimm(slot: UInt32, base: UInt64)
    /// An address of another type. Its words that share memory with the base of a DIMM are used as that base.
    case other(String, base: UInt64)
  }

  package var model: Model
  package var access: LibvirtAccess?
  package var discards: Bool?
  package var uuid: UUID?
  /// The path of the file or device that backs the memory device.
  package var path: String?
  /// The size of the device in KiB, including the label area.
  package var size: UInt64 = 0
  package var labelSize: UInt64 = 0
  /// The alignment in KiB; 0 if it is not given.
  package var alignment: UInt64 = 0
  package var blockSize: UInt64 = 0
  package var requestedSize: UInt64 = 0
  /// The size in KiB of the huge pages for the device; 0 if it is not given.
  var pageSize: UInt64 = 0
  /// The host nodes of the device's memory.
  var hostNodes: [Int] = []
  /// The address in bytes: `memaddr=` of a virtio device; 0 if QEMU chooses it.
  var memoryAddress: UInt64 = 0
  var hasDynamicSlots: Bool?
  package var isPersistentMemory = false
  package var isReadOnly = false
  /// The guest's NUMA node.
  package var node: Int?
  package var address: Address?
  /// The alias; libvirt keeps only those of the form `ua-…`.
  package var alias: String?
}

/// `access=`: the visibility of the guest's writes.
package enum LibvirtAccess: String, Sendable {
  case shared
  case `private`
}

extension LibvirtMemoryDevice {
  /// Reads one `<memory>` of a domain, on POWER or not, as `release` reads it, in its order.
  init(_ element: XMLElement, _ release: LibvirtRelease, isPOWER: Bool) throws(LibvirtRefusal) {
    model = try release.words { () throws(LibvirtRefusal) in
      try element.required("model") { text in
        Model(rawValue: text).flatMap { $0.change.map(release.has) ?? true ? $0 : nil }
      }
    }
    access = try release.words { () throws(LibvirtRefusal) in
      try element.choice("access", of: LibvirtAccess.init(rawValue:))
    }
    discards = try release.words { () throws(LibvirtRefusal) in try element.yesOrNo("discard") }
    if model == .nvdimm, isPOWER || release.has(.refusesUUID), let text = element.first("uuid")?.value {
      guard let uuid = UUID(libvirt: text) else { throw .malformedUUID }
      self.uuid = uuid
    }
    if let source = element.first("source") { try readSource(source) }
    guard let target = element.first("target") else { throw .noTarget }
    try readTarget(target, release)
    if let name = element.first("alias")?.attributes["name"], name.hasPrefix("ua-") { alias = name }
    if let address = element.first("address") {
      self.address = try release.words { () throws(LibvirtRefusal) in try Address(address, release) }
    }
  }

  private mutating func readSource(_ source: XMLElement) throws(LibvirtRefusal) {
    if model.hasPath { path = source.first("path")?.value }
    if model == .dimm || model == .virtioMemory {
      pageSize = try source.kibibytes("pagesize")
      if let mask = source.first("nodemask")?.value { hostNodes = try LibvirtNodeSet.nodes(in: mask, of: "nodemask") }
    }
    guard model == .nvdimm else { return }
    alignment = try source.kibibytes("alignsize")
    isPersistentMemory = source.first("pmem") != nil
  }

  private mutating func readTarget(_ target: XMLElement, _ release: LibvirtRelease) throws(LibvirtRefusal) {
    if let text = target.first("node")?.value {
      guard let number = LibvirtSize.number(text), let node = Int32(exactly: number) else { throw .invalidNode }
      self.node = Int(node)
    }
    size = try target.kibibytes("size", isRequired: true)
    switch model {
    case .nvdimm:
      let label = target.first("label", "size")
      labelSize = try LibvirtSize.kibibytes(label?.value, unit: label?.attributes["unit"], at: "./label/size")
      guard labelSize == 0 || labelSize >= 128 else { throw .labelTooSmall }
      guard labelSize < size else { throw .labelTooLarge }
      isReadOnly = target.first("readonly") != nil
    case .virtioMemory:
      blockSize = try target.kibibytes("block")
      requestedSize = try target.kibibytes("requested")
      if release.has(.dynamicSlots) { hasDynamicSlots = try target.yesOrNo("dynamicMemslots") }
    case .dimm, .virtioPersistentMemory, .enclave: break
    }
    if release.has(.memoryAddress), model == .virtioMemory || model == .virtioPersistentMemory {
      memoryAddress = try target.first("address")?.number("base", as: UInt64.self, radix: 16) ?? 0
    }
  }
}

extension LibvirtMemoryDevice.Address {
  private static let types = [
    "pci", "drive", "virtio-serial", "ccid", "usb", "spapr-vio", "virtio-s390", "ccw", "virtio-mmio", "isa",
    "unassigned",
  ]

  fileprivate init(_ element: XMLElement, _ release: LibvirtRelease) throws(LibvirtRefusal) {
    guard let type = element.attributes["type"] else { throw .noAddressType }
    guard type == "dimm" else {
      guard Self.types.contains(type) else {
        throw release.has(.namesAddressType)
          ? .invalidAttribute("type", of: "address", value: type, isNumber: false) : .unknownAddressType(type)
      }
      self = .other(type, base: Self.words(ofBaseIn: element, type))
      return
    }
    guard let slot = try element.number("slot", as: UInt32.self) else {
      throw .missingAttribute("slot", of: "address")
    }
    self = .dimm(slot: slot, base: try element.number("base", as: UInt64.self, radix: 16) ?? 0)
  }
}

extension LibvirtMemoryDevice.Address {
  /// Returns the third and the fourth number of an address, which share memory with the base of a DIMM.
  ///
  /// Source: libvirt `struct _virDomainDeviceInfo`, whose addresses are a union.
  private static func words(ofBaseIn element: XMLElement, _ type: String) -> UInt64 {
    let names: [String: (String, String?)] = [
      "pci": ("slot", "function"), "drive": ("target", "unit"), "virtio-serial": ("port", nil),
    ]
    guard let (low, high) = names[type] else { return 0 }
    func word(_ name: String?) -> UInt64 {
      name.flatMap { element.attributes[$0] }.flatMap { CInteger.unsigned($0) }.map { $0 & 0xffff_ffff } ?? 0
    }
    return word(low) | word(high) << 32
  }
}

extension UUID {
  /// Reads 32 hexadecimal digits, with hyphens between any of them. Source: libvirt `virUUIDParse`.
  fileprivate init?(libvirt text: String) {
    let digits = text.filter { $0 != "-" && !$0.isWhitespace }
    guard digits.utf8.count == 32 else { return nil }
    var hyphenated = digits
    for offset in [20, 16, 12, 8] {
      hyphenated.insert("-", at: hyphenated.index(hyphenated.startIndex, offsetBy: offset))
    }
    self.init(uuidString: hyphenated)
  }
}
