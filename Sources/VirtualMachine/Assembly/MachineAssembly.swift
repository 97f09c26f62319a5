import Basics
import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// A machine whose devices the judge has placed, before anything is mapped or made.
///
/// All errors in the description or the files are found here, so a refused machine leaves nothing behind.
package struct MachineAssembly {
  /// One NVDIMM in its place.
  struct PlacedDevice: Sendable {
    let device: MachinePrediction.Device
    let backend: MachinePrediction.Backend
    let durability: Durability
    /// Whether other guests must not write to its file at the same time.
    let excludesWriters: Bool

    /// Whether the guest can flush its writes. By default it can if they would not be durable otherwise.
    var hasFlushHint: Bool { device.option.hasFlushHint ?? [.pageCache, .onFlush].contains(durability) }

    /// Whether the file does not exist and will be made, as QEMU does.
    var isNew: Bool { backend.isNew }
  }

  package let configuration: MachineConfiguration
  /// The judge, which every later command consults.
  package internal(set) var startup: MachineStartup
  /// The devices that the machine starts with.
  let devices: [PlacedDevice]
  let paths: BackendPaths

  package enum Failure: Error {
    /// The judge stops the machine, as QEMU would.
    case stop(QEMUStop)
    case backend(BackendError)
    case hardware(GuestHardware.Failure)
    case machine(Machine.Failure)
  }

  package init(_ configuration: MachineConfiguration) throws(Failure) {
    let paths = BackendPaths()
    let (settled, startup) = try configuration.settled(paths)
    if let stop = startup.prediction.stop { throw paths.failure(stop, blaming: startup.blamedBackend) }

    var devices: [PlacedDevice] = []
    for device in startup.prediction.devices {
      guard let backend = startup.prediction.backend(of: device) else { continue }
      devices.append(try Self.placed(device, backend, settled))
    }
    self.configuration = settled
    self.startup = startup
    self.devices = devices
    self.paths = paths
  }

  /// Examines the file of `device`, if it exists: whether it can be opened, and how writes to it become durable.
  static func placed(
    _ device: MachinePrediction.Device, _ backend: MachinePrediction.Backend, _ configuration: MachineConfiguration
  ) throws(Failure) -> PlacedDevice {
    var durability = Durability.none
    switch backend.option.backend.storage {
    case .ram: break
    case .file(let name) where backend.isNew:
      let creation = BackendCreation(path: FilePath(name), size: backend.option.backend.size ?? 0)
      do { try creation.examine() } catch { throw .backend(error) }
      durability = backend.isWritten ? configuration.losesUnflushed ? .onFlush : .pageCache : .none
    case .file:
      let file = try backend.opened()
      durability = backend.durability(on: file, losesUnflushed: configuration.losesUnflushed)
    }
    // QEMU warns and continues, but the guest would take writes for durable that are not.
    guard !configuration.losesUnflushed || durability != .direct else {
      throw .stop(.complaint(.strict(.losesNothing), at: backend.location))
    }
    guard !backend.option.backend.isPersistentMemory || durability == .direct else {
      throw .stop(.complaint(.strict(.notPersistentMemory), at: backend.location))
    }
    guard device.option.hasFlushHint != true || durability != .none else {
      throw .stop(.complaint(.strict(.nothingToFlush), at: device.location))
    }
    var condition = DIMMCondition()
    let size = device.geometry?.regionSize ?? 0
    if let error = device.option.errors.first(where: { $0.upperBound > size }) {
      throw .stop(.complaint(.strict(.errorOutside(error, size: size)), at: device.location))
    }
    guard condition.apply(device.option) else {
      throw .stop(.complaint(.strict(.tooManyErrors), at: device.location))
    }
    return PlacedDevice(
      device: device, backend: backend, durability: durability,
      excludesWriters: backend.isWritten && !configuration.allowedRules.contains(Rule(HostRule.inUse)))
  }

  /// Returns whether the file at `path` is the backend of one of the NVDIMMs.
  package func isBackend(_ path: String) -> Bool {
    let identity = paths.look(at: path).identity
    return devices.contains { $0.backend.identity == identity }
  }
}

extension MachinePrediction {
  func backend(of device: Device) -> Backend? {
    backends.first { $0.option.backend.id == device.backend && !$0.isDeleted }
  }
}

extension MachineConfiguration {
  /// The start of this machine as the judge follows it, whether or not its files can be had.
  package func startup() throws(MachineAssembly.Failure) -> MachineStartup { try settled(BackendPaths()).startup }

  /// This configuration with what it leaves to the files at `paths`, and its start.
  fileprivate func settled(
    _ paths: BackendPaths
  ) throws(MachineAssembly.Failure) -> (configuration: MachineConfiguration, startup: MachineStartup) {
    var settled = self
    do { try settled.settle(BackendPaths.facts) } catch let error as BackendError { throw .backend(error) } catch {
      throw .stop(error as? QEMUStop ?? .unknown("\(error)"))
    }
    var startup = MachineStartup(settled.command, SizingRules(.newest)) { paths.look(at: $0) }
    startup.run()
    return (settled, startup)
  }
}
