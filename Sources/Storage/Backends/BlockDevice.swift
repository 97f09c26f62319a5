import CLinux
import SystemPackage

/// A block device of this host as sysfs shows it, with the devices above and below it.
///
/// Source: Linux Documentation/ABI/stable/sysfs-block and testing/sysfs-block-loop; proc(5), `mountinfo` and `swaps`.
struct BlockDevice {
  /// The sysfs folder of the device.
  private let folder: FilePath
  /// The path of its node, as udev names it.
  let path: String
  let identity: BackendIdentity

  /// `nil` if no node leads to the device.
  private init?(folder: FilePath) {
    guard let facts = folder.appending("uevent").line(startingWith: "DEVNAME=") else { return nil }
    let path = "/dev/" + facts
    guard let status = try? FilePath(path).stat(), status.type == .blockSpecial else { return nil }
    self.folder = folder
    self.path = path
    identity = BackendIdentity(of: status, kind: .blockDevice)
  }

  /// The device whose node `status` describes; `nil` if that is not a block device, or if sysfs does not show it.
  init?(_ status: Stat) {
    guard status.type == .blockSpecial else { return nil }
    let number = UInt64(status.specialDeviceID.rawValue)
    // The encoding of glibc's makedev(3).
    let (major, minor) = (number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xfff00)
    self.init(folder: FilePath("/sys/dev/block/\(major):\(minor)"))
  }

  /// All loop devices that have a backing file.
  static var loops: [BlockDevice] {
    let folder = FilePath("/sys/block")
    return folder.names.filter { $0.hasPrefix("loop") }.compactMap { name in
      let device = folder.appending(name)
      return device.appending("loop/backing_file").text.isEmpty ? nil : BlockDevice(folder: device)
    }
  }

  /// The path of the backing file or device of a loop device; `nil` for any other device. By now another file may have
  /// that path.
  var backing: String? {
    let path = folder.appending("loop/backing_file").text.prefix { $0 != "\n" }
    return path.isEmpty ? nil : String(path)
  }

  /// The devices that the kernel has built on it: volumes, arrays, mappings.
  var holders: [BlockDevice] {
    let holders = folder.appending("holders")
    return holders.names.filter { !$0.hasPrefix(".") }.compactMap { BlockDevice(folder: holders.appending($0)) }
  }

  var partitions: [BlockDevice] {
    folder.names.filter { !folder.appending($0).appending("partition").text.isEmpty }
      .compactMap { BlockDevice(folder: folder.appending($0)) }
  }

  /// Returns the uses of the device, sorted: its mount points according to `mounts`, and whether it is swap space.
  func uses(among mounts: MountTable) -> [String] {
    // On btrfs the device number of the file system differs from that of its device.
    let points = mounts.all.filter { leads($0.source) }.map { "mounted on " + $0.point }
    let swaps = FilePath("/proc/swaps").text.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: " ").first
    }
    return Set(points + (swaps.contains { leads(MountTable.unescaped($0)) } ? ["swapped to"] : [])).sorted()
  }

  /// Returns whether `name`, which any user may have given to a mount, is a node of this device. Other mounts below
  /// /dev are not examined.
  private func leads(_ name: String) -> Bool {
    guard name.hasPrefix("/dev/") else { return false }
    // Safe: the text lives for the call.
    let number = unsafe name.dropFirst("/dev/".count).withCString { unsafe clinux_device_number($0) }
    return number >= 0 && BackendIdentity(ofBlockDevice: UInt64(number)) == identity
  }
}

extension FilePath {
  /// Returns the rest of the first line with the prefix `start`; `nil` if there is none.
  fileprivate func line(startingWith start: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }
}
