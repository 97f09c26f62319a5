/// What a reader does with options and parameters that do not concern the machine it describes.
package enum UnknownOptions: Sendable {
  /// They are errors: our own emulator would not do what they ask for.
  case refused
  /// They are left out: a command line for QEMU is examined only for its memory devices.
  case passedOver
}
