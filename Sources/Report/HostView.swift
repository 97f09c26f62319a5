package import Storage
import SystemPackage

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
