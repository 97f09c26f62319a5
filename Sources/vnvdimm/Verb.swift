import Basics
import CLinux
import CommandSupport
import Glibc
import Storage
import SystemPackage

/// What the suite does, one program a verb; `emulate`, `doctor` and `explain` are part of this one.
enum Verb: String, CaseIterable {
  case create, check, emulate, doctor, explain
  case labelDump = "label-dump"
  case migrateLabels = "migrate-labels"
  case resizeGuard = "resize-guard"

  var summary: String {
    switch self {
    case .create: "make a backend of a size, with or without labels"
    case .check: "say what QEMU and the guest will make of a backend"
    case .emulate: "run a virtual machine with virtual NVDIMMs"
    case .labelDump: "show and verify the label area of a backend"
    case .doctor: "say what this host offers, and what is missing"
    case .explain: "say what a rule means, and what to do about it"
    case .migrateLabels: "move, convert or mend the label area of a backend"
    case .resizeGuard: "change the length of a backend, or guard its layout"
    }
  }

  /// The verb that was probably meant by `text`.
  static func nearest(to text: String) -> Verb? {
    allCases.map(\.rawValue).nearest(to: text).flatMap(Verb.init(rawValue:))
  }

  /// Becomes the verb's program, which lies beside this one; does not return.
  func execute(_ arguments: [String]) {
    let name = "vnvdimm-\(rawValue)"
    // Beside this program, not on PATH: programs of one installation belong together.
    let folder = (try? FilePath("/proc/self/exe").linkTarget()).map { $0.removingLastComponent() } ?? startFolder
    let error = ProcessImage.replace(with: folder.appending(name), [name] + arguments)
    StandardStream.diagnose("vnvdimm: \(folder.appending(name)): \(error)")
    StandardStream.diagnose("hint: make install")
    exit(ExitStatus.incomplete.rawValue)
  }

  /// Where this program was started from: all that is known where /proc is not mounted.
  private var startFolder: FilePath {
    // Safe: the kernel's text ends with NUL and lives as long as the process.
    unsafe clinux_program_path().map { FilePath(unsafe String(cString: $0)).removingLastComponent() }
      ?? "/usr/local/bin"
  }
}
