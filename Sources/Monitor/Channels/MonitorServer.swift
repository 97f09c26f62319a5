import Glibc
package import Storage
package import SystemPackage
package import VirtualMachine

/// A monitor on a socket or on standard streams. It serves all clients that connect, each with its own session: an idle
/// client does not hold up the others.
package final class MonitorServer: Attendant {
  private final class Client {
    let input: FileDescriptor
    let output: FileDescriptor
    /// The descriptor of a socket, which closes with the client.
    private let owned: OwnedDescriptor?
    let session: any MonitorSession
    var queue = OutputQueue()
    /// Whether its input has ended.
    var isAtEnd = false
    /// The time when it connected or last sent something.
    var lastWord = ContinuousClock.now

    init(
      input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor?, session: any MonitorSession
    ) {
      self.input = input
      self.output = output
      self.owned = owned
      self.session = session
    }

    var interests: [Interest] {
      var interests: [Interest] = []
      if !isAtEnd, !queue.isHigh { interests.append(Interest(.reading, input)) }
      if !queue.isEmpty { interests.append(Interest(.writing, output)) }
      return interests
    }
  }

  /// With this many clients, the one that has been silent longest is dropped for a new one.
  static let clientLimit = 8

  private let listener: MonitorSocket?
  private let makeSession: () -> any MonitorSession
  /// In order of their connection.
  private var clients: [Client] = []

  /// Makes a monitor on `listener`; every client gets its own session.
  package init(_ listener: MonitorSocket, session: @escaping () -> any MonitorSession) {
    self.listener = listener
    makeSession = session
  }

  /// Makes a monitor with one client, on `input` and `output`; `owned` is the socket if they belong to one.
  package init(
    input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor? = nil,
    session: @escaping () -> any MonitorSession
  ) {
    listener = nil
    makeSession = session
    welcome(input: input, output: output, owned: owned)
  }

  /// Reports `event` to the clients.
  package func announce(_ event: MachineEvent) {
    for client in clients { say(client.session.text(of: event), to: client) }
  }

  /// Waits for the first client, as `wait=on` demands.
  package func waitForClient() {
    guard let listeningDescriptor else { return }
    while clients.isEmpty {
      var polled = pollfd(fd: listeningDescriptor.rawValue, events: Int16(POLLIN), revents: 0)
      // Safe: the count is 1, as there is one element.
      guard unsafe poll(&polled, 1, -1) >= 0 || errno == EINTR else { return }
      accept()
    }
  }

  package var interests: [Interest] {
    (listeningDescriptor.map { [Interest(.reading, $0)] } ?? []) + clients.flatMap(\.interests)
  }

  package func serve(_ ready: [Interest]) {
    for interest in ready {
      // A client that has been dropped meanwhile is no longer in the list, and its descriptor may have been reused.
      guard let client = clients.first(where: { $0.interests.contains(interest) }) else { continue }
      switch interest.kind {
      case .reading: read(client)
      case .writing: if !client.queue.send(on: interest.descriptor) { drop(client) }
      }
      // A client that sent its last commands and closed its end still gets the answers before it is dropped.
      if client.isAtEnd, client.queue.isEmpty, listeningDescriptor != nil { drop(client) }
    }
    if let listeningDescriptor, ready.contains(Interest(.reading, listeningDescriptor)) { accept() }
  }

  package func finish() {
    for client in clients { client.queue.drain(to: client.output) }
    listener?.removeName()
  }

  private func drop(_ client: Client) { clients.removeAll { $0 === client } }

  private var listeningDescriptor: FileDescriptor? { listener?.descriptor }

  private func accept() {
    guard let socket = listener?.accept() else { return }
    let descriptor = socket.descriptor
    welcome(input: descriptor, output: descriptor, owned: socket)
  }

  private func welcome(input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor?) {
    if clients.count >= Self.clientLimit, let silent = clients.min(by: { $0.lastWord < $1.lastWord }) { drop(silent) }
    let session = makeSession()
    let client = Client(input: input, output: output, owned: owned, session: session)
    clients.append(client)
    say(session.greeting, to: client)
  }

  private func read(_ client: Client) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count: Int
    do {
      // Safe: the buffer is that of the array.
      count = try unsafe bytes.withUnsafeMutableBytes {
        try unsafe client.input.read(into: $0, retryOnInterrupt: false)
      }
    } catch Errno.wouldBlock, Errno.interrupted {
      return
    } catch {
      count = 0
    }
    guard count > 0 else {
      client.isAtEnd = true
      return
    }
    client.lastWord = ContinuousClock.now
    say(client.session.receive([UInt8](bytes[..<count])), to: client)
  }

  private func say(_ text: String, to client: Client) {
    client.queue.append(text)
    if client.queue.isFull { drop(client) }
  }
}
