import Basics
import PersistentMemory

extension PasteConfiguration {
  /// The elements for libvirt's domain XML; nil where libvirt cannot express the device.
  ///
  /// libvirt counts in KiB, and rounds the size of a module up before it asks QEMU for it.
  var libvirt: String? {
    guard libvirtObstacle == nil else { return nil }
    var source = ["<path>\(Self.escaped(path))</path>"]
    if geometry.alignment != Architecture.x86_64.pageSize {
      source.append("<alignsize unit='KiB'>\(geometry.alignment >> 10)</alignsize>")
    }
    var target = ["<size unit='KiB'>\(geometry.mappedSize >> 10)</size>", "<node>0</node>"]
    if geometry.labelSize > 0 {
      target += ["<label>", "  <size unit='KiB'>\(geometry.labelSize >> 10)</size>", "</label>"]
    }
    let lines =
      [
        "<maxMemory slots='\(slots)' unit='KiB'>\(largestMemory >> 10)</maxMemory>",
        // Without it libvirt starts QEMU without ACPI, where there are no memory devices.
        "<features>",
        "  <acpi/>",
        "</features>",
        "<cpu>",
        "  <numa>",
        "    <cell id='0' cpus='0' memory='\(Self.ram >> 10)' unit='KiB'/>",
        "  </numa>",
        "</cpu>",
        "<devices>",
        "  <memory model='nvdimm' access='shared'>",
        "    <source>",
      ] + source.map { "      " + $0 } + ["    </source>", "    <target>"] + target.map { "      " + $0 } + [
        "    </target>"
      ] + (slot.map { ["    <address type='dimm' slot='\($0)'/>"] } ?? []) + [
        "  </memory>",
        "</devices>",
      ]
    return lines.joined(separator: "\n")
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
