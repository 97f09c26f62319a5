package import QEMU
import Storage

extension MachineAssembly {
  /// Lets `machine`, where there is one, do what a monitor says. Where the judge or the host refuses, nothing is changed.
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

  /// Makes the file of `backend` where it is missing, and sees that it can be had.
  private func make(_ backend: MachinePrediction.Backend) throws(Failure) {
    guard case .file = backend.option.backend.storage else { return }
    do throws(Failure) {
      guard backend.isNew else {
        _ = try backend.opened()
        return
      }
      do { _ = try backend.create() } catch { throw .backend(error) }
    } catch .backend(let error) where error.isRefusedAccess && paths.isFull {
      // This one is noted, and no NVDIMM will have it.
    }
  }
}
