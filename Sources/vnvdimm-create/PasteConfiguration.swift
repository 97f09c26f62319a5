import Basics
import Consumers
import PersistentMemory

/// The device in the words of those who run it, to paste.
struct PasteConfiguration {
  /// Absolute.
  let path: String
  let id: String
  let geometry: BackendGeometry
  /// The DIMM's slot; nil where the machine may choose.
  let slot: Int?
  /// Who runs it; nil for QEMU, libvirt and emulate.
  let consumer: ConsumerChoice?

  /// What gives the backend to the program that it is for; nil for QEMU, libvirt and emulate.
  var lines: [String]? {
    guard let consumer = consumer?.consumer else { return nil }
    if case .qemu(let arguments) = consumer.start, consumer.configuration(path).isEmpty {
      let words = arguments(path, geometry.mappedSize)
      return [Self.command(words[0], [String](words.dropFirst()))]
    }
    return consumer.configuration(path)
  }

  /// Slots of a machine that has this one.
  var slots: Int { (slot ?? 0) + 1 }

  /// A machine to go with it, in bytes: the user's own will have another.
  static let ram: UInt64 = 1 << 30

  /// RAM and what is mapped, up to the next GiB: libvirt counts the label area as well.
  var largestMemory: UInt64 {
    // Cannot overflow: a file is smaller than 2⁶³ bytes, and the alignment no more than it.
    let sum = Self.ram + geometry.mappedSize + (geometry.alignment > 1 << 30 ? geometry.alignment : 0)
    return sum.alignedUp(to: 1 << 30) ?? sum
  }

  /// The same for libvirt, which counts the label area as memory.
  var largestMemoryOfDomain: UInt64 {
    let sum = Self.ram + geometry.mappedSize
    return max(largestMemory, sum.alignedUp(to: 1 << 30) ?? sum)
  }

  /// The arguments after `qemu-system-x86_64`.
  var qemu: [String] { ["-machine", "q35,nvdimm=on"] + device }

  /// The arguments after `vnvdimm emulate`.
  var emulate: [String] { ["-machine", "pc,nvdimm=on"] + device }

  private var device: [String] {
    let memory = "\(ByteCount(Self.ram).argument),slots=\(slots),maxmem=\(ByteCount(largestMemory).argument)"
    var backend = "memory-backend-file,id=mem-\(id),share=on,mem-path=\(path.replacing(",", with: ",,"))"
    backend += ",size=\(ByteCount(geometry.mappedSize).argument)"
    if geometry.alignment != Architecture.x86_64.pageSize {
      backend += ",align=\(ByteCount(geometry.alignment).argument)"
    }
    var frontend = "nvdimm,id=\(id),memdev=mem-\(id)"
    if geometry.labelSize > 0 { frontend += ",label-size=\(ByteCount(geometry.labelSize).argument)" }
    if let slot { frontend += ",slot=\(slot)" }
    return ["-m", memory, "-object", backend, "-device", frontend]
  }

  /// `program` and `arguments` as a command for the shell, a line for each option of the device.
  static func command(_ program: String, _ arguments: [String]) -> String {
    let options = stride(from: 0, to: arguments.count - 1, by: 2).map {
      "\(arguments[$0]) \(arguments[$0 + 1].shellQuoted)"
    }
    return ([program + " " + options[..<2].joined(separator: " ")] + options[2...]).joined(separator: " \\\n  ")
  }
}
