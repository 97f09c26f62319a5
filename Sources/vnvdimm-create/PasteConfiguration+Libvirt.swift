import Basics
import LabelChange
import PersistentMemory

extension PasteConfiguration {
  /// What libvirt's domain needs for the device; nil where libvirt cannot express it.
  ///
  /// libvirt counts in KiB, and rounds the size of a module up before it asks QEMU for it.
  var libvirt: LibvirtParts? {
    guard libvirtObstacle == nil else { return nil }
    var source = ["<path>\(Self.escaped(path))</path>"]
    if geometry.alignment != Architecture.x86_64.pageSize {
      source.append("<alignsize unit='KiB'>\(geometry.alignment >> 10)</alignsize>")
    }
    var target = ["<size unit='KiB'>\(geometry.mappedSize >> 10)</size>", "<node>0</node>"]
    if geometry.labelSize > 0 {
      target += ["<label>", "  <size unit='KiB'>\(geometry.labelSize >> 10)</size>", "</label>"]
    }
    func element(_ name: String, _ lines: [String]) -> [String] {
      ["<\(name)>"] + lines.map { "  " + $0 } + ["</\(name)>"]
    }
    return LibvirtParts(
      domain: [
        ["<maxMemory slots='\(slots)' unit='KiB'>\(largestMemoryOfDomain >> 10)</maxMemory>"],
        // Without it libvirt starts QEMU without ACPI, where there are no memory devices.
        element("features", ["<acpi/>"]),
        element("cpu", element("numa", ["<cell id='0' cpus='0' memory='\(Self.ram >> 10)' unit='KiB'/>"])),
      ],
      device: ["<memory model='nvdimm' access='shared'>"]
        + (element("source", source) + element("target", target)
        + (slot.map { ["<address type='dimm' slot='\($0)'/>"] } ?? [])).map { "  " + $0 } + ["</memory>"])
  }

  /// Why libvirt cannot run the device; nil where it can.
  var libvirtObstacle: Finding? {
    let granularity = Architecture.x86_64.moduleGranularity
    if !geometry.mappedSize.isMultiple(of: granularity) {
      let rounded = geometry.mappedSize.alignedUp(to: granularity).map { ByteCount($0).precise } ?? "more"
      return Finding(
        CreateRule.libvirtRounds, "libvirt would ask QEMU for \(rounded), which the file does not hold",
        stored: ByteCount(geometry.mappedSize).precise, expected: "a multiple of \(ByteCount(granularity))")
    }
    if !geometry.labelSize.isMultiple(of: 1 << 10) {
      return Finding(
        CreateRule.libvirtLabelSize, "libvirt counts label areas in KiB",
        stored: ByteCount(geometry.labelSize).precise, expected: "a multiple of 1 KiB")
    }
    if path.unicodeScalars.contains(where: { $0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0) }) {
      return Finding(CreateRule.libvirtPath, "XML cannot express the path: it contains a control character")
    }
    return nil
  }

  /// `text` as XML reads it back unchanged.
  private static func escaped(_ text: String) -> String {
    let references: [Character: String] = [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
    ]
    return text.map { references[$0] ?? String($0) }.joined()
  }
}

/// Elements of a domain's XML, each as lines.
struct LibvirtParts {
  /// What stands in `<domain>` itself.
  let domain: [[String]]
  /// What stands in `<devices>`, and is what `virsh attach-device` takes.
  let device: [String]

  /// Each element as a document of its own, that of the device last.
  var parts: [String] { (domain + [device]).map { $0.joined(separator: "\n") } }

  /// All of it, to paste into a domain.
  var text: String {
    (domain.joined() + ["<devices>"] + device.map { "  " + $0 } + ["</devices>"]).joined(separator: "\n")
  }
}
