import Basics
package import Storage
import SystemPackage

extension Backend {
  /// Throws where another process has the backend open or mapped; says so where that could not be seen completely.
  package func checkUnused(for program: String) throws(BackendError) {
    guard try !checkUnused() else { return }
    StandardStream.diagnose("\(program): \(path.string.asSubject): warning: \(HostState.unseenUsers)")
  }
}
