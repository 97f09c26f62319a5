package import Basics
package import CommandSupport
package import Consumers
import FoundationEssentials
package import PersistentMemory
import QEMU
import Storage

/// Backends as the NVDIMMs of one machine, to paste into the configuration of a VMM. All sizes are in bytes.
package struct PasteConfiguration {
  /// One of the backends.
  package struct Device {
    /// The absolute path of the backend.
    package let path: String
    let id: String
    let mappedSize: UInt64
    /// The label size; 0 without labels.
    let labelSize: UInt64
    let alignment: UInt64
    /// The DIMM slot; `nil` to let the machine choose.
    let slot: Int?
    /// Whether the backend is persistent memory of the host.
    let isPersistent: Bool

    package init(path: String, id: String, geometry: BackendGeometry, slot: Int?, isPersistent: Bool = false) {
      self.path = path
      self.id = id
      mappedSize = geometry.mappedSize
      labelSize = geometry.labelSize
      alignment = geometry.alignment
      self.slot = slot
      self.isPersistent = isPersistent
    }
  }

  package let devices: [Device]
  /// The program that runs the only backend; `nil` for QEMU, libvirt and emulate.
  package let consumer: ConsumerChoice?
  /// The RAM of an example machine for the devices; the user's own machine may differ.
  let ram: UInt64

  package init(_ devices: [Device], for consumer: ConsumerChoice? = nil, ram: UInt64 = 1 << 30) {
    self.devices = devices
    self.consumer = consumer
    self.ram = ram
  }

  /// Returns `path` as an absolute path, because a configuration is read in another folder. No links are resolved.
  package static func absolute(_ path: String) throws(CommandFailure) -> String {
    guard !path.hasPrefix("/") else { return path }
    let folder = FileManager.default.currentDirectoryPath
    guard !folder.isEmpty else { throw CommandFailure(.incomplete, ".", "the current folder no longer exists") }
    return folder == "/" ? "/" + path : folder + "/" + path
  }

  /// The configuration lines that give the backend to its program; `nil` for QEMU, libvirt and emulate.
  package var lines: [String]? {
    guard let choice = consumer, let device = devices.first else { return nil }
    let lines = choice.consumer.configuration(device.path, choice)
    guard lines.isEmpty, case .qemu(let arguments) = choice.consumer.start else { return lines }
    let words = arguments(device.path, device.mappedSize)
    return [Self.command(words[0], [String](words.dropFirst()))]
  }

  /// The number of slots of a machine with these devices.
  var slots: Int { max(devices.count, (devices.compactMap(\.slot).max() ?? 0) + 1) }

  /// RAM plus all mapped sizes, rounded up to a GiB: libvirt counts the label areas as well.
  var largestMemory: UInt64 {
    let sum = devices.reduce(ram) { sum, device in
      sum &+ device.mappedSize &+ (device.alignment > 1 << 30 ? device.alignment : 0)
    }
    return sum.alignedUp(to: 1 << 30) ?? sum
  }

  /// The arguments after `qemu-system-x86_64`.
  package var qemu: [String] { ["-machine", "q35,nvdimm=on"] + arguments }

  /// The arguments after `vnvdimm emulate`.
  package var emulate: [String] { ["-machine", "pc,nvdimm=on"] + arguments }

  private var arguments: [String] {
    ["-m", "\(ByteCount(ram).argument),slots=\(slots),maxmem=\(ByteCount(largestMemory).argument)"]
      + devices.flatMap { ["-object", $0.backend, "-device", $0.frontend] }
  }

  /// Returns `program` and `arguments` as a shell command, with one line for each option of a device.
  package static func command(_ program: String, _ arguments: [String]) -> String {
    let options = stride(from: 0, to: arguments.count - 1, by: 2).map {
      "\(arguments[$0]) \(arguments[$0 + 1].shellQuoted)"
    }
    return ([program + " " + options[..<2].joined(separator: " ")] + options[2...]).joined(separator: " \\\n  ")
  }

  /// The value of `configuration` in answers.
  package var json: JSONValue {
    if let consumer, let lines {
      return .object([("program", .text(consumer.consumer.name)), ("lines", JSONValue(lines) { .text($0) })])
    }
    return .object([
      ("qemu", JSONValue(qemu) { .text($0) }), ("emulate", JSONValue(emulate) { .text($0) }),
      ("libvirt", libvirt.map { JSONValue($0.parts) { .text($0) } } ?? .null),
    ])
  }
}

extension PasteConfiguration.Device {
  /// The value of `-object`.
  fileprivate var backend: String {
    var text = "memory-backend-file,id=mem-\(id),share=on,mem-path=\(path.replacing(",", with: ",,"))"
    text += ",size=\(ByteCount(mappedSize).argument)"
    if alignment != Architecture.x86_64.pageSize { text += ",align=\(ByteCount(alignment).argument)" }
    return isPersistent ? text + ",pmem=on" : text
  }

  /// The value of `-device`.
  fileprivate var frontend: String {
    var text = "nvdimm,id=\(id),memdev=mem-\(id)"
    if labelSize > 0 { text += ",label-size=\(ByteCount(labelSize).argument)" }
    return text + (slot.map { ",slot=\($0)" } ?? "")
  }
}

extension PasteConfiguration {
  /// Creates the configuration that gives the machine of `report`, which starts, or the guest of `consumer`, its
  /// backends.
  package init(
    of report: MachineReport, for consumer: ConsumerChoice? = nil, ram: UInt64? = nil
  ) throws(CommandFailure) {
    var devices: [Device] = []
    for (index, backend) in report.backends.enumerated() {
      guard let geometry = backend.geometry else { continue }
      // Labels are for one slot. A device without labels takes any slot of the machine unless another device needs it.
      let isLabelled = backend.region?.namespaces?.contains { $0.label != nil } ?? false
      devices.append(
        Device(
          path: try Self.absolute(backend.path), id: "nvdimm\(index + 1)", geometry: geometry,
          slot: isLabelled || report.backends.count > 1 ? backend.device?.placement.slot : nil,
          isPersistent: backend.kind == .daxDevice))
    }
    self.init(devices, for: consumer, ram: ram ?? 1 << 30)
  }
}
