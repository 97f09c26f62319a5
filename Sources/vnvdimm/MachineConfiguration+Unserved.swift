import QEMU
import VirtualMachine

extension MachineAssembly {
  /// The requests that our own VMM does not support; they are refused rather than ignored.
  var optionsUnservedByKVM: [String] {
    var options: [String] = []
    // A machine has one serial port; a script uses a second one.
    if configuration.serial.dropFirst().contains(where: { $0 != .none }) { options.append("a second -serial") }
    if !configuration.engineOptions.isEmpty { options.append("--qemu-opts") }
    // The guest gets the host's processor, as far as KVM can give it.
    if let words = configuration.command.processorModel, processorModel == nil { options.append("-cpu \(words)") }
    for backend in startup.prediction.backends.map(\.option) {
      if startup.isNodeMemory(backend.backend.id), backend.backend.storage != .ram {
        options.append("-numa: RAM in \(backend.typeName)")
      }
      if backend.backend.discardsData { options.append("-object \(backend.words): discard-data=on") }
    }
    return options
  }

  /// Devices with requests that QEMU does not support at all, each with the request.
  var optionsUnservedByQEMU: [(device: String, fact: String)] {
    startup.prediction.devices.flatMap { device in
      let option = device.option
      let facts = [
        option.hasFlushHint == true ? "QEMU has no flush hints" : nil,
        option.errors.isEmpty ? nil : "QEMU's NVDIMMs have no media errors",
        option.health.isEmpty ? nil : "QEMU's NVDIMMs do not report their health",
        option.security == nil ? nil : "QEMU's NVDIMMs have no lock",
      ]
      return facts.compactMap { fact in fact.map { (device.location.subject ?? "", $0) } }
    }
  }
}
