import QEMU

extension MachineConfiguration {
  /// What is asked for and our own VMM does not do: refused rather than passed over.
  var optionsUnservedByKVM: [String] {
    var options: [String] = []
    // A machine has one serial port; the second of a machine with a script is the script's.
    if serial.dropFirst().contains(where: { $0 != .none }) { options.append("a second -serial") }
    // The guest gets the host's processor, as far as KVM can give it.
    if let processorModel, !["host", "max"].contains(processorModel) { options.append("-cpu \(processorModel)") }
    for node in nodes {
      if let backend = backends.first(where: { $0.id == node.backend }), backend.storage != .ram {
        options.append("-numa: RAM in \(backend.typeName)")
      }
    }
    for backend in backends {
      if backend.discardsData { options.append("-object \(backend.properties): discard-data=on") }
    }
    return options
  }

  /// Devices with flush hints, which QEMU does not have at all.
  var flushHints: [String] {
    devices.filter { $0.hasFlushHint == true }.map { "-device \($0.properties): flush-hint=on" }
  }
}
