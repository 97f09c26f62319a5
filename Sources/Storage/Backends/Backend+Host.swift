import Basics
import CLinux
import Glibc
import SystemPackage

extension Backend {
  /// Examines what the host offers for the backend. Writes nothing.
  ///
  /// `users` are the processes of this host; they are examined only on demand.
  package func host(users: HostProcesses) -> HostState {
    var file = clinux_file_system()
    // Safe: the structure lives for the call.
    let answer = unsafe clinux_file_system(descriptor.rawValue, &file)
    let isKnown = kind == .regularFile && answer >= 0
    let name = isKnown ? FileSystemName.name(ofMagic: file.kind) : nil
    let isHuge = name == "hugetlbfs"
    var host = HostState(
      fileSystem: name, pageSize: isHuge ? file.block_size : UInt64(getpagesize()),
      allocated: isKnown && !isHuge ? file.allocated : nil, available: isKnown && !isHuge ? file.available : nil,
      isDirect: kind == .daxDevice || clinux_is_direct(descriptor.rawValue) == 1,
      hasSynchronousMappings: kind == .daxDevice || clinux_try_synchronous_mapping(descriptor.rawValue) >= 0,
      sharesExtents: FileSystemName.sharing.contains(name ?? "") && clinux_shares_extents(descriptor.rawValue) == 1,
      persistentMemory: kind == .blockDevice ? persistentMemory : nil)
    host.volatilePlace = name.flatMap { FileSystemName.volatile.contains($0) ? $0 : nil } ?? memoryDisk
    host.users = users.users(of: self)
    host.seesAllUsers = users.seesAllUsers(of: self)
    return host
  }

  /// The name of the RAM disk or zram device that this block device is; `nil` for any other device.
  private var memoryDisk: String? {
    guard kind == .blockDevice, let device = deviceName else { return nil }
    let kind = device.prefix { !$0.isNumber }
    return kind == "ram" || kind == "zram" ? device : nil
  }

  /// The sysfs folder of this block device.
  private var deviceFolder: FilePath? {
    guard let status = try? descriptor.stat() else { return nil }
    let number = UInt64(status.specialDeviceID.rawValue)
    return FilePath("/sys/dev/block/\(number >> 8 & 0xfff):\(number & 0xff | number >> 12 & 0xfff00)")
  }

  /// The kernel's name for this block device.
  private var deviceName: String? {
    guard let event = try? deviceFolder?.appending("uevent").contents(limit: 4096) else { return nil }
    let line = String(decoding: event, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("DEVNAME=") }
    return line.map { String($0.dropFirst("DEVNAME=".count)) }
  }

  /// The host's persistent memory behind this block device; `nil` for any other device, or if that cannot be
  /// determined.
  private var persistentMemory: HostState.PersistentMemory? {
    // Only pmem devices have this attribute: libndctl is not loaded for a disk.
    guard (try? deviceFolder?.appending("queue/dax").contents(limit: 4096)) == [0x31, 0x0a], let device = deviceName,
      let namespaces = try? PersistentMemoryNamespace.all()
    else { return nil }
    guard let namespace = namespaces.first(where: { $0.blockDevice == device }) else { return nil }
    return HostState.PersistentMemory(
      name: namespace.name, mode: namespace.mode?.rawValue ?? "unknown", alignment: namespace.alignment)
  }
}

/// File systems by their magic numbers.
///
/// Source: Linux include/uapi/linux/magic.h.
enum FileSystemName {
  private static let names: [UInt64: String] = [
    0xef53: "ext4", 0x5846_5342: "xfs", 0x9123_683e: "btrfs", 0x0102_1994: "tmpfs", 0x9584_58f6: "hugetlbfs",
    0x794c_7630: "overlay", 0x6969: "nfs", 0xff53_4d42: "cifs", 0x0102_1997: "9p", 0x6573_5546: "fuse",
    0x8584_58f6: "ramfs", 0x2fc1_2fc1: "zfs", 0xf2f5_2010: "f2fs", 0xca45_1a4e: "bcachefs", 0x4d44: "vfat",
    0x00c3_6400: "ceph",
  ]

  /// The file systems in which files can share extents.
  static let sharing: Set<String> = ["xfs", "btrfs", "bcachefs", "overlay"]

  /// The file systems in the host's memory.
  static let volatile: Set<String> = ["tmpfs", "ramfs", "hugetlbfs"]

  /// The file systems that know every opener of their files.
  static let local: Set<String> = ["ext4", "xfs", "btrfs", "tmpfs", "f2fs"]

  static func name(ofMagic magic: UInt64) -> String { names[magic] ?? magic.hex }
}
