extension MachineStartup {
  /// What QEMU does with `arguments`, the name of the program first.
  ///
  /// `lookUp` tells what a path leads to on the host; `readFile` gives the contents of a file that `-readconfig`
  /// names. `hotplug` is what the monitor is told once the machine is there.
  package static func prediction(
    of arguments: [String], _ rules: SizingRules, hotplug: [HotplugCommand] = [],
    lookUp: @escaping (String) -> HostPath,
    readFile: (String) -> Result<String, ConfigurationFileError>
  ) -> MachinePrediction {
    let command: QEMUCommand
    do throws(QEMUStop) {
      command = try QEMUCommand(arguments, release: rules.release, readFile: readFile)
    } catch {
      var prediction = MachinePrediction()
      prediction.stop = error
      return prediction
    }
    var startup = MachineStartup(command, rules, lookUp: lookUp)
    startup.run()
    startup.hotplug(hotplug)
    return startup.prediction
  }
}
