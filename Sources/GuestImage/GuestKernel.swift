import Basics
import FoundationEssentials
package import SystemPackage

/// A kernel image of the host and the folder of its modules.
package struct GuestKernel: Equatable, Sendable {
  /// The bzImage.
  package let image: FilePath
  /// The release, which `uname -r` prints in the guest.
  package let release: String
  /// The folder that contains modules.dep; `nil` if this host has no modules of the release.
  package let modules: FilePath?

  /// Returns the newest kernel whose image and modules are both installed. Throws if it cannot be read.
  package static func newest(
    modules root: FilePath = "/lib/modules", boot: FilePath = "/boot"
  ) throws(GuestImageError) -> GuestKernel {
    let releases = (try? FileManager.default.contentsOfDirectory(atPath: root.string)) ?? []
    for release in releases.sorted(by: isNewer) {
      let modules = root.appending(release)
      guard HostFile.exists(modules.appending("modules.dep")) else { continue }
      for image in [boot.appending("vmlinuz-\(release)"), modules.appending("vmlinuz")] where HostFile.exists(image) {
        _ = try HostFile.start(of: image, count: 1)
        return GuestKernel(image: image, release: release, modules: modules)
      }
    }
    throw .noKernel(modules: root)
  }

  private init(image: FilePath, release: String, modules: FilePath?) {
    self.image = image
    self.release = release
    self.modules = modules
  }

  /// Makes the kernel in `image`, with the host's modules, if any, of the release that its header names.
  package init(image: FilePath, modules root: FilePath = "/lib/modules") throws(GuestImageError) {
    guard let release = Self.release(header: try HostFile.start(of: image, count: 0x10200)) else {
      throw .notAKernel(image)
    }
    let modules = root.appending(release)
    let areThere = HostFile.exists(modules.appending("modules.dep"))
    self.init(image: image, release: release, modules: areThere ? modules : nil)
  }

  /// Returns the modules among `names` that the kernel has neither as files nor built in, according to this host's
  /// files.
  package func lacking(_ names: [String]) throws(GuestImageError) -> [String] {
    try ModuleClosure(of: names, in: self).missing
  }

  /// Linux Documentation/x86/boot.rst: the signature, and the offset of the version, less 0x200.
  private static let signature = Field<UInt32>("header", at: 0x202)
  private static let version = Field<UInt16>("kernel_version", at: 0x20E)

  /// Returns the first word of the version to which the header of a bzImage points.
  static func release(header: [UInt8]) -> String? {
    guard header.count >= 0x210, header[signature] == 0x5372_6448 else { return nil }
    let text = header.dropFirst(Int(header[version]) + 0x200).prefix(256).prefix { $0 > 0x20 && $0 < 0x7F }
    return text.isEmpty || text.contains(UInt8(ascii: "/")) ? nil : String(decoding: text, as: UTF8.self)
  }

  /// Returns whether release `a` is newer than `b`: numbers compare as numbers, the text between them as text.
  static func isNewer(_ a: String, _ b: String) -> Bool {
    var a = Substring(a)
    var b = Substring(b)
    while let x = part(of: &a), let y = part(of: &b) {
      if x == y { continue }
      guard let m = UInt64(x), let n = UInt64(y) else { return x > y }
      if m != n { return m > n }
    }
    return a.count > b.count
  }

  /// Removes and returns the digits at the start of `text`, or, if there are none, the text up to the next digit.
  private static func part(of text: inout Substring) -> Substring? {
    guard let first = text.first else { return nil }
    let part = text.prefix { $0.isNumber == first.isNumber }
    text = text.dropFirst(part.count)
    return part
  }
}
