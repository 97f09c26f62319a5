extension MachineConfiguration {
  /// The machine that `arguments`, without the name of the program, describe.
  ///
  /// What says nothing about the machine and its memory devices is refused or passed over, as `unknown` tells.
  package init(arguments: [String], unknown: UnknownOptions = .refused) throws(ConfigurationError) {
    var reader = CommandLineReader(unknown: unknown)
    try reader.read(arguments)
    self = reader.configuration
  }
}
