import Basics
import CommandSupport
import Monitor
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// The monitors of a machine, each in the place that its option names.
struct MachineMonitors {
  private let control: MachineControl
  private var console: SharedConsoleMonitor?
  private var servers: [MonitorServer] = []
  private var awaited: [MonitorServer] = []
  /// Whether standard input is read for a monitor alone.
  private(set) var needsInput = false

  init(_ assembly: MachineAssembly) throws {
    let configuration = assembly.configuration
    try configuration.checkStandardStreams()
    let control = MachineControl(startsPaused: configuration.startsPaused)
    let machine = EmulatedMachine(control, assembly)
    self.control = control

    let shares = configuration.consoleDevice == .standardStreamsWithMonitor
    switch configuration.monitor {
    case .standardStreams?, .standardStreamsWithMonitor?:
      console = Self.consoleMonitor(machine, isAlone: true, configuration)
      needsInput = true
    case nil: console = shares ? Self.consoleMonitor(machine, isAlone: false, configuration) : nil
    case .some(let device): try add("-monitor", device) { HMPSession(machine) }
    }
    if configuration.monitor?.isSocket == true, shares {
      console = Self.consoleMonitor(machine, isAlone: false, configuration)
    }
    if let device = configuration.qmp { try add("-qmp", device) { QMPSession(machine) } }
    for server in servers { control.watch { server.announce($0) } }
  }

  var emulation: Emulation.Monitors { Emulation.Monitors(control, console: console, attendants: servers) }

  /// Whether there is a monitor in any place.
  var areThere: Bool { console != nil || !servers.isEmpty }

  /// Waits for a client if an option requires it.
  func waitForClients() {
    for server in awaited {
      StandardStream.diagnose("\(Emulate.programName): waiting for a monitor client")
      server.waitForClient()
    }
  }

  private static func consoleMonitor(
    _ machine: EmulatedMachine, isAlone: Bool, _ configuration: MachineConfiguration
  ) -> SharedConsoleMonitor {
    SharedConsoleMonitor(machine, input: .standardInput, output: configuration.consoleOutput, isAlone: isAlone)
  }

  private mutating func add(
    _ option: String, _ device: CharacterDevice, session: @escaping () -> any MonitorSession
  ) throws {
    switch device {
    case .null, .none: return
    case .standardStreams, .standardStreamsWithMonitor:
      servers.append(MonitorServer(input: .standardInput, output: .standardOutput, session: session))
    case .socket(let path, let isServer, let waits):
      do {
        let server = try Self.server(FilePath(path), isServer: isServer, session)
        servers.append(server)
        if waits { awaited.append(server) }
      } catch {
        throw CommandFailure(
          .incomplete, path, "\(error)", hint: Self.hint(FilePath(path), option, isServer: isServer, error))
      }
    case .file, .other:
      throw CommandFailure(
        .unsupported, option, "not supported by this engine (expected unix:PATH, stdio, null or none)",
        hint: .otherEngine("qemu"))
    }
  }

  /// Returns the remedy if a socket is not available.
  private static func hint(_ path: FilePath, _ option: String, isServer: Bool, _ error: Errno) -> Hint? {
    switch error {
    case .noSuchFileOrDirectory where isServer: .command("mkdir", "-p", path: path.folderOrDot.string)
    case .noSuchFileOrDirectory, .connectionRefused: .options("\(option) unix:\(path),server,nowait")
    case .addressInUse: .command("ls", "-l", path: path.string)
    default: nil
    }
  }

  private static func server(
    _ path: FilePath, isServer: Bool, _ session: @escaping () -> any MonitorSession
  ) throws(Errno) -> MonitorServer {
    guard !isServer else { return MonitorServer(try MonitorSocket(listeningAt: path), session: session) }
    let socket = try MonitorSocket.connection(to: path)
    let descriptor = socket.descriptor
    return MonitorServer(input: descriptor, output: descriptor, owned: socket, session: session)
  }
}

extension CharacterDevice {
  fileprivate var isSocket: Bool {
    if case .socket = self { true } else { false }
  }
}
