package import CommandSupport
import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// One start of a machine in any description: a QEMU command, and the party that asks about it.
package struct Start {
  /// The subject of findings about the machine as a whole: the program, or the domain.
  package let subject: String
  package let asker: Asker
  /// The command, or the reason why QEMU refuses it.
  private(set) var command: Result<QEMUCommand, QEMUStop>
  /// The commands that the monitor gets once the machine runs.
  var hotplug: [HotplugCommand] = []
  /// The mode that every namespace is to get; `nil` to change none.
  var newMode: NamespaceMode?
  /// The values that were chosen for backends because the start does not give them, by the backends' ids.
  var choices: [String: Choice] = [:]

  /// The values that were taken from the backend itself.
  struct Choice {
    /// The label size as requested.
    let labelSize: LabelSize
    /// Whether the slot is the one that the backend's labels were made for.
    let isSlotOfLabels: Bool
  }

  /// The parts of the request that are not described; QEMU's answer is not known if QEMU reaches them.
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

  /// The maximum size in bytes of a configuration file, which is read as a whole.
  private static let configurationLimit = 1 << 20

  private static func contents(of path: String) -> Result<String, ConfigurationFileError> {
    do throws(Errno) {
      let bytes = try FilePath(path).contents(limit: configurationLimit)
      return .success(String(decoding: bytes, as: UTF8.self))
    } catch { return .failure(ConfigurationFileError(reason: error.description, isFolder: error == .isDirectory)) }
  }
}

extension MachineReport {
  /// Returns this report with the severities of its findings adjusted by `permits`.
  package func weighed(by permits: Permits) -> MachineReport {
    var report = self
    report.findings = permits.weighed(findings)
    for index in backends.indices { report.backends[index].findings = permits.weighed(backends[index].findings) }
    return report
  }
}

extension DomainReport {
  /// Returns this report with the severities of its findings adjusted by `permits`.
  package func weighed(by permits: Permits) -> DomainReport {
    guard case .started(let arguments, let machine) = outcome else { return self }
    var report = self
    report.outcome = .started(arguments, machine.weighed(by: permits))
    return report
  }
}

/// This host as one run of a program sees it: each path is opened once, and processes are listed once.
package final class HostView {
  package let processes: HostProcesses
  /// The page size in KiB of each mounted hugetlbfs.
  private(set) lazy var hugePageSizes = HugePageMounts.sizes.map { $0 >> 10 }
  private var examinations: [String: BackendExamination] = [:]

  /// `processes` may be shared between the views of several runs at once.
  package init(processes: HostProcesses = HostProcesses()) { self.processes = processes }

  package func examination(of path: String) -> BackendExamination {
    if let known = examinations[path] { return known }
    let examination = BackendExamination(path: FilePath(path))
    examinations[path] = examination
    return examination
  }
}
