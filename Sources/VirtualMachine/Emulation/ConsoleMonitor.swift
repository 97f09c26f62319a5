/// A monitor that shares the console with the guest's serial port.
package protocol ConsoleMonitor: Attendant {
  /// Whether what is typed is for the monitor.
  var hasFocus: Bool { get }

  /// Whether it has so much to say still that nothing more should be typed.
  var isBusy: Bool { get }

  /// Ctrl-A C: gives what is typed from now on to the other of the two.
  func switchFocus()

  /// Takes what was typed.
  func type(_ bytes: [UInt8])
}
