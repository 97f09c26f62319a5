package import Storage

extension HostDAXError: CommandFailureConvertible {
  package var commandFailure: CommandFailure { CommandFailure(.incomplete, nil, description, hint: hint) }
}
