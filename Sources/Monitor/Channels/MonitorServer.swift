import Glibc
package import Storage
package import SystemPackage
package import VirtualMachine

/// A monitor at a socket or at standard streams: it serves one client after the other.
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

    init(
      input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor?, session: any MonitorSession
    ) {
      self.input = input
      self.output = output
      self.owned = owned
      self.session = session
    }
  }

  private let listener: MonitorSocket?
  private let makeSession: () -> any MonitorSession
  private var client: Client?

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

  /// Tells the client of `event`.
  package func announce(_ event: MachineEvent) {
    if let client { say(client.session.text(of: event)) }
  }

  /// Waits for the first client, as `wait=on` asks for.
  package func waitForClient() {
    guard let listeningDescriptor else { return }
    while client == nil {
      var polled = pollfd(fd: listeningDescriptor.rawValue, events: Int16(POLLIN), revents: 0)
      // Safe: one element, as the call is told.
      guard unsafe poll(&polled, 1, -1) >= 0 || errno == EINTR else { return }
      accept()
    }
  }

  package var interests: [Interest] {
    guard let client else { return listeningDescriptor.map { [Interest(.reading, $0)] } ?? [] }
    var interests: [Interest] = []
    if !client.isAtEnd, !client.queue.isHigh { interests.append(Interest(.reading, client.input)) }
    if !client.queue.isEmpty { interests.append(Interest(.writing, client.output)) }
    return interests
  }

  package func serve(_ ready: [Interest]) {
    guard client != nil else { return accept() }
    for interest in ready {
      guard let client else { return }
      switch interest.kind {
      case .reading: read(client)
      case .writing: if !client.queue.send(on: interest.descriptor) { self.client = nil }
      }
    }
    // A client that sent its last commands and closed its end gets the answers before it goes.
    if let client, client.isAtEnd, client.queue.isEmpty, listeningDescriptor != nil { self.client = nil }
  }

  package func finish() {
    if let client { client.queue.drain(to: client.output) }
    listener?.removeName()
  }

  private var listeningDescriptor: FileDescriptor? { listener?.descriptor }

  private func accept() {
    guard let socket = listener?.accept() else { return }
    let descriptor = socket.descriptor
    welcome(input: descriptor, output: descriptor, owned: socket)
  }

  private func welcome(input: FileDescriptor, output: FileDescriptor, owned: consuming OwnedDescriptor?) {
    let session = makeSession()
    client = Client(input: input, output: output, owned: owned, session: session)
    say(session.greeting)
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
    say(client.session.receive([UInt8](bytes[..<count])))
  }

  private func say(_ text: String) {
    guard let client else { return }
    client.queue.append(text)
    if client.queue.isFull { self.client = nil }
  }
}
