import Glibc
package import QEMU
import Storage
import Synchronization
import SystemPackage

extension MachineAssembly {
  /// Carries out a monitor's `command`, also on `machine` if there is one. If the judge or the host refuses it, changes
  /// nothing.
  package mutating func perform(_ command: HotplugCommand, on machine: Machine?) throws(Failure) {
    var next = startup
    next.noteFilesMade()
    paths.isFull = (try? next.placement?.freeSlot()) == nil
    do { try next.perform(command) } catch { throw paths.failure(error, blaming: nil) }
    switch command {
    case .addObject:
      guard next.prediction.backends.count > startup.prediction.backends.count,
        let backend = next.prediction.backends.last
      else { break }
      try make(backend)
    case .addDevice:
      guard let device = next.prediction.devices.last, let backend = next.prediction.backend(of: device) else { break }
      let dimm = try Self.placed(device, backend, configuration).map()
      do { try machine?.plug(dimm) } catch { throw .machine(error) }
    case .deleteObject, .deleteDevice: break
    }
    startup = next
  }

  /// Makes the file of `backend` if it is missing; otherwise checks that it can be opened.
  private func make(_ backend: MachinePrediction.Backend) throws(Failure) {
    guard case .file = backend.option.backend.storage else { return }
    do throws(Failure) {
      guard backend.isNew else {
        _ = try backend.opened()
        return
      }
      do { _ = try backend.create() } catch { throw .backend(error) }
    } catch .backend(let error) where error.isRefusedAccess && paths.isFull {
      // The backend is recorded, but no NVDIMM will ever use it.
    }
  }
}

extension Sandbox {
  /// Makes the sandbox of the machine that `assembly` describes, whose backends are already open. NVDIMMs can be
  /// plugged only if it `hasMonitors`.
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

  /// Returns the places where backends may still be made, removed and plugged: anywhere if there is a monitor and a
  /// free slot, unless the options name the places.
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

/// The files that were made for a machine that has not started yet; they are removed again unless it does.
package final class NewBackends: Sendable {
  private let paths = Mutex<[FilePath]>([])

  package init() {}

  func add(_ path: FilePath) { paths.withLock { $0.append(path) } }

  /// Keeps the files, because the machine runs.
  package func keep() { paths.withLock { $0 = [] } }

  deinit {
    for path in paths.withLock({ $0 }) {
      // Safe: the text lives for the call.
      _ = unsafe path.withPlatformString { unsafe unlink($0) }
    }
  }
}
