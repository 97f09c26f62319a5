import SystemPackage

/// A block device of this host as sysfs shows it: what stands on it, and what it stands on.
///
/// Source: Linux Documentation/ABI/stable/sysfs-block and testing/sysfs-block-loop; proc(5), `mountinfo` and `swaps`.
struct BlockDevice {
  /// Its folder in sysfs.
  private let folder: FilePath
  /// Its node, as udev names it.
  let path: String
  let identity: BackendIdentity

  /// Nil where there is no node that leads to it.
  private init?(folder: FilePath) {
    guard let facts = folder.appending("uevent").line(startingWith: "DEVNAME=") else { return nil }
    let path = "/dev/" + facts
    guard let status = try? FilePath(path).stat(), status.type == .blockSpecial else { return nil }
    self.folder = folder
    self.path = path
    identity = BackendIdentity(of: status, kind: .blockDevice)
  }

  /// The device whose node `status` describes; nil where it is none, or sysfs does not show it.
  init?(_ status: Stat) {
    guard status.type == .blockSpecial else { return nil }
    let number = UInt64(status.specialDeviceID.rawValue)
    // The encoding of glibc's makedev(3).
    let (major, minor) = (number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xfff00)
    self.init(folder: FilePath("/sys/dev/block/\(major):\(minor)"))
  }

  /// Every loop device that has a file.
  static var loops: [BlockDevice] {
    let folder = FilePath("/sys/block")
    return folder.names.filter { $0.hasPrefix("loop") }.compactMap { name in
      let device = folder.appending(name)
      return device.appending("loop/backing_file").text.isEmpty ? nil : BlockDevice(folder: device)
    }
  }

  /// What the bytes of a loop device are; nil of any other, and where the file has another name by now.
  var backing: (path: FilePath, identity: BackendIdentity)? {
    let path = FilePath(String(folder.appending("loop/backing_file").text.prefix { $0 != "\n" }))
    guard !path.isEmpty, let identity = (try? path.stat()).flatMap({ BackendIdentity(of: $0) }) else { return nil }
    return (path, identity)
  }

  /// The devices made of it by the kernel: of a volume, an array, a mapping.
  var holders: [BlockDevice] {
    let holders = folder.appending("holders")
    return holders.names.filter { !$0.hasPrefix(".") }.compactMap { BlockDevice(folder: holders.appending($0)) }
  }

  var partitions: [BlockDevice] {
    folder.names.filter { !folder.appending($0).appending("partition").text.isEmpty }
      .compactMap { BlockDevice(folder: folder.appending($0)) }
  }

  /// Where it is mounted, as far as this process's mounts go, or that it is swapped to; sorted.
  var uses: [String] {
    let mounts = FilePath("/proc/self/mountinfo").text.split(separator: "\n").compactMap { line -> String? in
      // id, parent, major:minor, root, mount point, options ..., -, type, source; the number is another one for btrfs.
      let fields = line.split(separator: " ")
      guard fields.count > 9, let mark = fields.firstIndex(of: "-"), mark + 2 < fields.count else { return nil }
      return leads(String(fields[mark + 2])) ? "mounted on " + Self.unescaped(fields[4]) : nil
    }
    let swaps = FilePath("/proc/swaps").text.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: " ").first
    }
    return Set(mounts + (swaps.contains { leads(Self.unescaped($0)) } ? ["swapped to"] : [])).sorted()
  }

  private func leads(_ name: String) -> Bool {
    guard name.hasPrefix("/dev/"), let status = try? FilePath(name).stat(), status.type == .blockSpecial else {
      return false
    }
    return BackendIdentity(of: status, kind: .blockDevice) == identity
  }

  /// A path of /proc, in which blanks and backslashes are octal numbers of three digits.
  private static func unescaped(_ text: Substring) -> String {
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false)
    let rest = parts.dropFirst().map { part in
      UInt8(part.prefix(3), radix: 8).map { String(UnicodeScalar($0)) + part.dropFirst(3) } ?? "\\" + part
    }
    return parts[0] + rest.joined()
  }
}

extension FilePath {
  /// The rest of the first line that starts so; nil without one.
  fileprivate func line(startingWith start: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }
}
