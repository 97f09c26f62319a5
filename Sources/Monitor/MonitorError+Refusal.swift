import Basics
import QEMU
import Storage
import SystemPackage
import VirtualMachine

extension MonitorError {
  /// QEMU's words where QEMU refuses the same.
  init(_ refusal: MemoryDeviceInventory.Refusal) {
    switch refusal {
    case .duplicateObject(let id):
      self.init("attempt to add duplicate property '\(id)' to object (type 'container')")
    case .noSuchObject(let id): self.init("object '\(id)' not found")
    case .objectInUse(let id): self.init("object '\(id)' is in use, can not be deleted")
    case .duplicateDevice(let id): self.init("Duplicate device ID '\(id)'")
    case .noSuchDevice(let id): self.init("Device '\(id)' not found", kind: .deviceNotFound)
    case .notRemovable: self.init("nvdimm device hot unplug is not supported yet.")
    case .busyMemoryDevice(let id): self.init("can't use already busy memdev: \(id)")
    case .assembly(.assembly(let error)): self.init(error)
    case .assembly(.backend(let error)): self.init(error)
    case .machine(let failure): self.init(failure)
    }
  }

  private init(_ error: AssemblyError) {
    switch error.fact {
    // QEMU takes a larger file without a word; there is no message of it for that.
    case .sizeMismatch(let stored, let expected) where stored < expected:
      self.init(StartRefusal.backendTooShort(length: stored, size: expected).description)
    case .sizeMismatch, .deviceTooSmall: self.init("\(error.subject): \(error.fact)")
    default: self.init("\(error.fact)")
    }
  }

  private init(_ error: BackendError) {
    let path = error.path.string
    switch error.reason {
    case .missing, .noFolder:
      self.init(StartRefusal.cannotOpen(path: path, reason: "No such file or directory").description)
    case .cannotOpen(let errno), .cannotCreate(let errno):
      self.init(StartRefusal.cannotOpen(path: path, reason: "\(errno)").description)
    default: self.init("\(path): \(error.reason)")
    }
  }

  private init(_ failure: Machine.Failure) {
    switch failure {
    case .kvm(let error): self.init("\(error)")
    case .hardware(let failure): self.init("\(AssemblyError.Fact.hardware(failure))")
    case .host(let error): self.init("\(error)")
    case .boot(let error): self.init("\(error)")
    case .tooFewAddressBits(let bits, let end):
      self.init("the guest's memory ends at \(end.hex), beyond its \(bits) bits of physical address")
    }
  }
}
