package import CommandSupport
import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// One start of a machine, whoever describes it: a command of QEMU's, and who asks about it.
package struct Start {
  /// What findings about the machine as a whole are about: the program, or the domain.
  package let subject: String
  package let asker: Asker
  /// The command, or why QEMU takes none.
  private(set) var command: Result<QEMUCommand, QEMUStop>
  /// What the monitor is told once the machine runs.
  var hotplug: [HotplugCommand] = []
  /// What every namespace is to be given; nil where none is to be changed.
  var newMode: NamespaceMode?
  /// What was chosen for backends of which the start does not say it, by their ids.
  var choices: [String: Choice] = [:]

  /// What the backend itself tells of its device.
  struct Choice {
    /// The label size as it was asked for.
    let labelSize: LabelSize
    /// Whether the slot is the one that its labels were made for.
    let isSlotOfLabels: Bool
  }

  /// What whoever asks says and no description has: QEMU's answer is not known where it comes as far.
  var undescribed: [String] {
    get { (try? command.get().undescribed) ?? [] }
    set {
      command = command.map { command in
        var command = command
        command.undescribed = newValue
        return command
      }
    }
  }

  init(subject: String, asker: Asker, command: Result<QEMUCommand, QEMUStop>) {
    self.subject = subject
    self.asker = asker
    self.command = command
  }

  /// The start of `arguments`, which begin with the name of the program, under `release`. `paths` says where the paths in
  /// them lead where they are those of another process.
  package init(
    of arguments: [String], _ release: QEMURelease, hotplug: [HotplugCommand] = [], asker: Asker = .command,
    at paths: ((String) -> String)? = nil
  ) {
    let program = arguments.first.map { FilePath($0).lastComponent?.string ?? $0 } ?? "qemu"
    let command: Result<QEMUCommand, QEMUStop>
    do throws(QEMUStop) {
      var read = try QEMUCommand(arguments, release: release) {
        Self.contents(of: paths?($0) ?? $0)
      }
      if let paths { read.findFiles(at: paths) }
      command = .success(read)
    } catch { command = .failure(error) }
    self.init(subject: program, asker: asker, command: command)
    self.hotplug = hotplug
  }

  /// A configuration file is read as a whole up to this many bytes.
  private static let configurationLimit = 1 << 20

  private static func contents(of path: String) -> Result<String, ConfigurationFileError> {
    do throws(Errno) {
      let bytes = try FilePath(path).contents(limit: configurationLimit)
      return .success(String(decoding: bytes, as: UTF8.self))
    } catch { return .failure(ConfigurationFileError(reason: error.description)) }
  }
}

extension QEMUCommand {
  /// Puts in for the path of each backend where it leads.
  package mutating func findFiles(at paths: (String) -> String) {
    for index in objects.indices {
      guard case .file(let path)? = objects[index].backend?.backend.storage else { continue }
      objects[index].backend?.backend.storage = .file(path: paths(path))
    }
  }
}

extension MachineReport {
  /// This report with each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> MachineReport {
    var report = self
    report.findings = permits.weighed(findings)
    for index in backends.indices { report.backends[index].findings = permits.weighed(backends[index].findings) }
    return report
  }
}

extension DomainReport {
  /// This report with each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> DomainReport {
    guard case .started(let arguments, let machine) = outcome else { return self }
    var report = self
    report.outcome = .started(arguments, machine.weighed(by: permits))
    return report
  }
}

/// What one run of a program looks at on this host: each path is opened once, and its processes are listed once.
package final class HostView {
  package let processes: HostProcesses
  /// KiB of the pages of each hugetlbfs that is mounted.
  private(set) lazy var hugePageSizes = HugePageMounts.sizes.map { $0 >> 10 }
  private var examinations: [String: BackendExamination] = [:]

  /// `processes` are shared between the views of several runs at once.
  package init(processes: HostProcesses = HostProcesses()) { self.processes = processes }

  package func examination(of path: String) -> BackendExamination {
    if let known = examinations[path] { return known }
    let examination = BackendExamination(path: FilePath(path))
    examinations[path] = examination
    return examination
  }
}
