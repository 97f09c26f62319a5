import QEMU
import VirtualMachine

extension MachineAssembly {
  /// What is asked for and our own VMM does not do: refused rather than passed over.
  var optionsUnservedByKVM: [String] {
    var options: [String] = []
    // A machine has one serial port; the second of a machine with a script is the script's.
    if configuration.serial.dropFirst().contains(where: { $0 != .none }) { options.append("a second -serial") }
    // The guest gets the host's processor, as far as KVM can give it.
    if let processorModel = configuration.command.processorModel, !["host", "max"].contains(processorModel) {
      options.append("-cpu \(processorModel)")
    }
    for backend in startup.prediction.backends.map(\.option) {
      if startup.isNodeMemory(backend.backend.id), backend.backend.storage != .ram {
        options.append("-numa: RAM in \(backend.typeName)")
      }
      if backend.backend.discardsData { options.append("-object \(backend.words): discard-data=on") }
    }
    return options
  }

  /// Devices with flush hints, which QEMU does not have at all.
  var flushHints: [String] {
    startup.prediction.devices.filter { $0.option.hasFlushHint == true }.map { $0.location.subject ?? "" }
  }
}
