import QEMU
import Storage
import SystemPackage

extension Sandbox {
  /// The sandbox of the machine that `assembly` describes, whose backends are open already. Only where it
  /// `hasMonitors` can anything be plugged.
  package init(_ assembly: MachineAssembly, hasMonitors: Bool) {
    let configuration = assembly.configuration
    let loaded = [configuration.kernel, configuration.initialRAMDisk].compactMap(\.self)
    let sockets: [FilePath] = [configuration.monitor, configuration.qmp].compactMap { device in
      guard case .socket(let path, _, _)? = device else { return nil }
      return FilePath(path)
    }
    self.init(
      loaded: loaded.map { FilePath($0) }, writable: Self.writable(assembly, hasMonitors: hasMonitors),
      sockets: sockets, nameable: Self.folders(of: assembly.devices))
  }

  private static func folders(of devices: [MachineAssembly.PlacedDevice]) -> [FilePath] {
    devices.compactMap { device in
      guard case .file(let path) = device.backend.option.backend.storage else { return nil }
      return FilePath(path).folderOrDot
    }
  }

  /// Where backends may still be made, removed and plugged: anywhere while there are slots for more and a
  /// monitor, unless the options name the places.
  private static func writable(_ assembly: MachineAssembly, hasMonitors: Bool) -> [FilePath] {
    let allowed = hasMonitors ? assembly.configuration.allowedPaths.map { FilePath($0) } : []
    let mayPlug = hasMonitors && assembly.startup.slots ?? 0 > UInt64(assembly.devices.count)
    guard !mayPlug || !allowed.isEmpty else { return ["/"] }
    let folders: [FilePath] = assembly.devices.compactMap { device in
      guard case .file(let path) = device.backend.option.backend.storage, device.isNew else { return nil }
      return FilePath(path).folderOrDot
    }
    return folders + allowed
  }
}
