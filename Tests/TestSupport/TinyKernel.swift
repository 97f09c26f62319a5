package import Foundation

/// A bzImage of a setup header and a payload: a complete guest of a few instructions.
///
/// Offsets and values: Linux Documentation/x86/boot.rst.
package enum TinyKernel {
  /// Returns the image of a kernel that runs `payload` in 64-bit mode; `release` is the beginning of its version.
  package static func image(_ payload: Payload, release: String = "0") -> Data {
    var image = [UInt8](repeating: 0, count: 0x600) + payload.code + [UInt8](repeating: 0, count: 0x1000)
    func set(_ bytes: [UInt8], at offset: Int) { image.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    set([1], at: 0x1f1)  // one setup sector, so that the code begins at 0x400 and its 64-bit entry lies at 0x600
    set([0x55, 0xaa], at: 0x1fe)
    set([0x6a], at: 0x201)
    set(Array("HdrS".utf8), at: 0x202)
    set([0x0f, 0x02], at: 0x206)  // protocol 2.15
    set([0x80, 0x01], at: 0x20e)  // the version's offset, less 0x200
    set([0xff, 0xff, 0xff, 0x7f], at: 0x22c)  // the highest address of an initramfs
    set([0, 0, 0x20, 0], at: 0x230)  // alignment 2 MiB
    set([1], at: 0x234)  // relocatable
    set([1, 0], at: 0x236)  // has a 64-bit entry
    set([0xff, 0, 0, 0], at: 0x238)  // the longest command line
    set([0, 0, 0, 1], at: 0x258)  // prefers 16 MiB
    set([0, 0, 0x10, 0], at: 0x260)  // takes 1 MiB
    set(Array((release + " (tests)").utf8), at: 0x380)
    return Data(image)
  }
}
