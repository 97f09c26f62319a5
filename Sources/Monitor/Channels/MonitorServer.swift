import Glibc
package import Storage
package import SystemPackage
package import VirtualMachine

/// A monitor at a socket or at standard streams. It serves every client that calls, each with a session of its own: one
/// that says nothing holds up nobody.
package final class MonitorServer: Attendant {
  private final class Client {
    let input: FileDescriptor
    let output: FileDescriptor
    /// Of a socket, whose descriptor closes with the client.
    private let owned: OwnedDescriptor?
    let session: any MonitorSession
    var queue = OutputQueue()
    /// Nothing more comes from it.
    var isAtEnd = false
    /// When it came, or said something last.
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

  /// Of so many clients the one that has been silent for the longest gives way to another.
  static let clientLimit = 8

  private let listener: MonitorSocket?
  private let makeSession: () -> any MonitorSession
  /// In the order in which they came.
  private var clients: [Client] = []

  /// A monitor at `listener`; every client gets a session of its own.
  package init(_ listener: MonitorSocket, session: @escaping () -> any MonitorSession) {
    self.listener = listener
    makeSession = session
  }

  /// A monitor with one client, at `input` and `output`, or at `socket` where these are its.
  package init(
    input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor? = nil,
    session: @escaping () -> any MonitorSession
  ) {
    listener = nil
    makeSession = session
    welcome(input: input, output: output, owned: owned)
  }

  /// Tells the clients of `event`.
  package func announce(_ event: MachineEvent) {
    for client in clients { say(client.session.text(of: event), to: client) }
  }

  /// Waits for the first client, as `wait=on` asks for.
  package func waitForClient() {
    guard let listeningDescriptor else { return }
    while clients.isEmpty {
      var polled = pollfd(fd: listeningDescriptor.rawValue, events: Int16(POLLIN), revents: 0)
      // Safe: one element, as the call is told.
      guard unsafe poll(&polled, 1, -1) >= 0 || errno == EINTR else { return }
      accept()
    }
  }

  package var interests: [Interest] {
    (listeningDescriptor.map { [Interest(.reading, $0)] } ?? []) + clients.flatMap(\.interests)
  }

  package func serve(_ ready: [Interest]) {
    for interest in ready {
      // One that was given up meanwhile is there no more, and its descriptor may be another's by then.
      guard let client = clients.first(where: { $0.interests.contains(interest) }) else { continue }
      switch interest.kind {
      case .reading: read(client)
      case .writing: if !client.queue.send(on: interest.descriptor) { drop(client) }
      }
      // A client that sent its last commands and closed its end gets the answers before it goes.
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
      // Safe: the buffer is the array's own.
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
