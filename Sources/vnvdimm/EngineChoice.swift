import CommandSupport
import QEMU
import Storage
import VirtualMachine

/// The engine that runs the machine.
enum EngineChoice: ~Copyable {
  case kvm(KVMSystem)
  case qemu

  /// Chooses the engine. `auto` is ours if KVM runs guests natively, otherwise QEMU, which is then reported.
  init(_ configuration: MachineConfiguration) throws {
    switch configuration.engine {
    case .qemu: self = .qemu
    case .kvm:
      do { self = .kvm(try KVMSystem()) } catch { throw error.commandFailure }
    case .auto where !configuration.engineOptions.isEmpty: self = .qemu
    // A request for QEMU's accelerators without KVM is a request for QEMU.
    case .auto where !configuration.accelerators.isEmpty && !configuration.accelerators.contains("kvm"): self = .qemu
    case .auto: self = Self.automatic()
    }
  }

  private static func automatic() -> EngineChoice {
    do throws(KVMError) {
      let system = try KVMSystem()
      let probe = try NativeExecutionProbe(system)
      DebugLog.note("KVM runs \(Int(probe.instructionsPerSecond / 1e6)) million instructions a second")
      guard !probe.isNative else { return .kvm(system) }
      let speed = Int(probe.instructionsPerSecond / 1e6)
      say("this host's KVM emulates guest code (\(speed) million instructions a second)")
    } catch {
      say([error.path, "\(error)"].compactMap(\.self).joined(separator: ": "))
    }
    return .qemu
  }

  private static func say(_ reason: String) {
    StandardStream.diagnose("\(Emulate.programName): \(reason); QEMU runs the machine in software emulation")
  }
}
