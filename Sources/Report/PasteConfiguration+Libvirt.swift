package import Basics
import LabelChange
import PersistentMemory

extension PasteConfiguration {
  /// The elements that a libvirt domain needs for the devices; `nil` if libvirt cannot express them.
  package var libvirt: LibvirtParts? { libvirtObstacle == nil ? domain : nil }

  /// The elements that a libvirt domain needs for the devices, even if libvirt would refuse them.
  ///
  /// libvirt counts in KiB, and rounds the size of a module up before it passes it to QEMU.
  package var domain: LibvirtParts {
    LibvirtParts(
      domain: [
        ["<maxMemory slots='\(slots)' unit='KiB'>\(largestMemory >> 10)</maxMemory>"],
        // Without this element libvirt starts QEMU without ACPI, and thus without memory devices.
        Self.element("features", ["<acpi/>"]),
        Self.element("cpu", Self.element("numa", ["<cell id='0' cpus='0' memory='\(ram >> 10)' unit='KiB'/>"])),
      ], devices: devices.map(\.libvirt))
  }

  /// The reason why libvirt cannot run the devices; `nil` if it can.
  package var libvirtObstacle: Finding? { devices.lazy.compactMap(\.libvirtObstacle).first }

  fileprivate static func element(_ name: String, _ lines: [String]) -> [String] {
    ["<\(name)>"] + lines.map { "  " + $0 } + ["</\(name)>"]
  }
}

extension PasteConfiguration.Device {
  fileprivate var libvirt: [String] {
    var source = ["<path>\(Self.escaped(path))</path>"]
    if alignment != Architecture.x86_64.pageSize {
      source.append("<alignsize unit='KiB'>\(alignment >> 10)</alignsize>")
    }
    if isPersistent { source.append("<pmem/>") }
    var target = ["<size unit='KiB'>\(mappedSize >> 10)</size>", "<node>0</node>"]
    if labelSize > 0 { target += ["<label>", "  <size unit='KiB'>\(labelSize >> 10)</size>", "</label>"] }
    let address = slot.map { ["<address type='dimm' slot='\($0)'/>"] } ?? []
    let parts = PasteConfiguration.element("source", source) + PasteConfiguration.element("target", target) + address
    return ["<memory model='nvdimm' access='shared'>"] + parts.map { "  " + $0 } + ["</memory>"]
  }

  /// The reason why libvirt cannot run the device; `nil` if it can.
  fileprivate var libvirtObstacle: Finding? {
    let granularity = Architecture.x86_64.moduleGranularity
    if !mappedSize.isMultiple(of: granularity) {
      let rounded = mappedSize.alignedUp(to: granularity).map { ByteCount($0).precise } ?? "more"
      return Finding(
        CreateRule.libvirtRounds, "libvirt would ask QEMU for \(rounded), which the file does not hold",
        stored: ByteCount(mappedSize).precise, expected: "a multiple of \(ByteCount(granularity))")
    }
    if !labelSize.isMultiple(of: 1 << 10) {
      return Finding(
        CreateRule.libvirtLabelSize, "libvirt counts label areas in KiB",
        stored: ByteCount(labelSize).precise, expected: "a multiple of 1 KiB")
    }
    if path.unicodeScalars.contains(where: { $0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0) }) {
      return Finding(CreateRule.libvirtPath, "XML cannot express the path: it contains a control character")
    }
    return nil
  }

  /// Returns `text` escaped for XML.
  private static func escaped(_ text: String) -> String {
    let references: [Character: String] = [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
    ]
    return text.map { references[$0] ?? String($0) }.joined()
  }
}

/// Elements of a domain's XML, each as lines.
package struct LibvirtParts {
  /// The elements in `<domain>` itself.
  let domain: [[String]]
  /// The elements in `<devices>`; `virsh attach-device` accepts each of them.
  let devices: [[String]]

  /// Each element as a document of its own, with those of the devices last.
  var parts: [String] { (domain + devices).map { $0.joined(separator: "\n") } }

  /// The elements of the devices, one after the other.
  package var attachments: String { devices.joined().joined(separator: "\n") }

  /// All elements, to paste into a domain.
  package var text: String { lines.joined(separator: "\n") }

  /// A domain that contains only these elements.
  package var wholeDomain: String {
    let head = [
      "<name>vnvdimm</name>", "<vcpu>1</vcpu>", "<os>", "  <type arch='x86_64' machine='q35'>hvm</type>", "</os>",
    ]
    return (["<domain type='kvm'>"] + (head + lines).map { "  " + $0 } + ["</domain>"]).joined(separator: "\n")
  }

  private var lines: [String] {
    domain.joined() + ["<devices>"] + devices.joined().map { "  " + $0 } + ["</devices>"]
  }
}
