import Basics
import Glibc
import GuestImage
import Storage
import VirtualMachine

// What `vnvdimm emulate` needs to run machines.

extension HostFact {
  /// KVM, and whether it runs a guest's kernel at the speed of the processor.
  static var acceleration: HostFact {
    let name = "KVM"
    do throws(KVMError) {
      let probe = try NativeExecutionProbe(try KVMSystem())
      guard !probe.isNative else { return HostFact(name: name, state: .ready, fact: "runs guests natively") }
      let speed = Int(probe.instructionsPerSecond / 1e6)
      return HostFact(
        name: name, state: .limited,
        fact: "emulates guest code (\(speed) million instructions a second): emulate has QEMU run its machines")
    } catch {
      let subject = error.path.map { "\($0): " } ?? ""
      return HostFact(name: name, state: .missing, fact: "\(subject)\(error)", command: error.hint?.description)
    }
  }

  /// QEMU for the architecture of emulate's machines.
  static var emulator: HostFact {
    guard let qemu = HostProgram(named: QEMUEngine.program) else {
      return HostFact(
        missing: "QEMU", fact: "no \(QEMUEngine.program) on PATH", packages: [QEMUEngine.package])
    }
    let version = (try? ProgramVersions.answer(of: qemu)).map { "\($0), " } ?? ""
    return HostFact(name: "QEMU", state: .ready, fact: "\(version)\(qemu.path)")
  }

  /// The kernel that emulate boots if none is named, with the modules for persistent memory.
  static var kernel: HostFact {
    do throws(GuestImageError) {
      let kernel = try GuestKernel.newest()
      try GuestImage.checkModules(of: kernel)
      return HostFact(name: "kernel", state: .ready, fact: "\(kernel.release), \(kernel.image)")
    } catch {
      return HostFact(
        missing: "kernel", fact: "\(error.subject): \(error.fact)", packages: error.package.map { [$0] } ?? [],
        command: error.hint?.description)
    }
  }

  /// The programs that emulate puts into the guest that it makes.
  static var guestPrograms: [HostFact] {
    GuestImage.programs.map { program in
      guard let path = GuestImage.path(of: program.name) else {
        return HostFact(missing: program.name, fact: "emulate's guests need it", packages: [program.package])
      }
      return HostFact(name: program.name, state: .ready, fact: "\(path)")
    }
  }
}
