import CLinux
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

  /// The path of the file, or device, whose bytes a loop device shows; nil of any other. There may be another file by now.
  var backing: String? {
    let path = folder.appending("loop/backing_file").text.prefix { $0 != "\n" }
    return path.isEmpty ? nil : String(path)
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

  /// Where it is mounted, as far as `mounts` go, or that it is swapped to; sorted.
  func uses(among mounts: MountTable) -> [String] {
    // The number of a file system on btrfs is another one than that of its device.
    let points = mounts.all.filter { leads($0.source) }.map { "mounted on " + $0.point }
    let swaps = FilePath("/proc/swaps").text.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: " ").first
    }
    return Set(points + (swaps.contains { leads(MountTable.unescaped($0)) } ? ["swapped to"] : [])).sorted()
  }

  /// Whether `name`, which anybody may have given to a mount of his, is that of a node for this device. What lies below
  /// /dev on another mount is not looked at.
  private func leads(_ name: String) -> Bool {
    guard name.hasPrefix("/dev/") else { return false }
    // Safe: the text lives for the call.
    let number = unsafe name.dropFirst("/dev/".count).withCString { unsafe clinux_device_number($0) }
    return number >= 0 && BackendIdentity(ofBlockDevice: UInt64(number)) == identity
  }
}

extension FilePath {
  /// The rest of the first line that starts so; nil without one.
  fileprivate func line(startingWith start: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }
}
