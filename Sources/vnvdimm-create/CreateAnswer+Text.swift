import Basics
import CommandSupport
import Consumers
import PersistentMemory
import Report
import Storage
import SystemPackage

extension CreateAnswer {
  /// The answer for people.
  var text: String {
    let geometry = backend.geometry
    func row(_ name: String, _ value: String) -> String { "  \(name.padded(to: 14))  \(value)" }
    let head = [
      "\(creation.path.string.escapedForTerminal): \(created ? "created" : "planned")",
      row("file size", ByteCount(geometry.mappedSize).precise + space),
      row("label area", labelArea),
      row("alignment", ByteCount(geometry.alignment).precise),
      row("guest size", ByteCount(geometry.regionSize).precise),
      row("gap", ByteCount(geometry.gap).precise),
    ]
    let contents = creation.image.map { (image, offset) in
      [row("contents", "\(image.path.string.escapedForTerminal), \(ByteCount(image.size).precise) at \(offset.hex)")]
    }
    let condition = backend.condition.errors.isEmpty ? [] : [row("condition", backend.condition.summary)]
    if let lines = configuration.lines, let consumer = backend.consumer {
      return (head + (contents ?? []) + condition + namespaceLines + ["", "\(consumer.consumer.title):"] + lines)
        .joined(separator: "\n")
    }
    let paste = [
      "",
      "QEMU:",
      PasteConfiguration.command("qemu-system-x86_64", configuration.qemu),
      "",
      "vnvdimm emulate:",
      PasteConfiguration.command("vnvdimm emulate", configuration.emulate),
      "",
      "libvirt:",
      configuration.libvirt?.text ?? configuration.libvirtObstacle.map { "not with this layout: \($0.message)" } ?? "",
    ]
    return (head + (contents ?? []) + condition + namespaceLines + paste).joined(separator: "\n")
  }

  private var space: String {
    switch creation.preallocation {
    case .off: ", sparse"
    case .falloc: ", reserved"
    case .full: ", written"
    }
  }

  private var labelArea: String {
    guard let offset = backend.geometry.labelOffset else { return "none" }
    let place = "\(ByteCount(backend.geometry.labelSize).precise) at \(offset.hex)"
    guard let version = backend.labels?.version, let slots = backend.slotCount else { return place + ", blank" }
    return place + ", version \(version.rawValue), \(slots) slots"
  }
}
