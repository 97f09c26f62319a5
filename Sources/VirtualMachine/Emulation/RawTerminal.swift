import CLinux
package import SystemPackage

/// A terminal in raw mode, given back when the owner ends, and by a crash of the process, too.
package struct RawTerminal: ~Copyable {
  /// Nil where `descriptor` is no terminal. `keepsSignals`: Ctrl-C and Ctrl-\ still end the process.
  package init?(_ descriptor: FileDescriptor, keepsSignals: Bool = false) {
    guard clinux_terminal_make_raw(descriptor.rawValue, keepsSignals) == 0 else { return nil }
  }

  deinit { clinux_terminal_restore() }
}
