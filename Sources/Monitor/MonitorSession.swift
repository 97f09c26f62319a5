package import VirtualMachine

/// A conversation with one client of a monitor; who reads and writes its bytes is no concern of it.
///
/// What a client asks for may be an event for it, too: `text(of:)` is called within `receive`.
package protocol MonitorSession: AnyObject {
  /// What the client is greeted with.
  var greeting: String { get }

  /// Takes what the client sent; answers what it gets.
  func receive(_ bytes: [UInt8]) -> String

  /// What the client gets to know of `event`.
  func text(of event: MachineEvent) -> String
}
