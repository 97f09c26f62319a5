import Basics
import CLinux
import CheckProgram
import CommandSupport
import CreateProgram
import LabelDumpProgram
import MigrateLabelsProgram
import ResizeGuardProgram
import Storage
import SystemPackage

/// The jobs of the suite, one program for each verb.
enum Verb: String, CaseIterable {
  case create, check, compare, config, emulate, doctor, explain, list
  case labelDump = "label-dump"
  case migrateLabels = "migrate-labels"
  case resizeGuard = "resize-guard"

  var summary: String {
    switch self {
    case .create: "create a backend of a given size, with or without labels"
    case .check: "predict what QEMU and the guest will do with a backend"
    case .compare: "compare two backends as a guest sees them"
    case .config: "print the options that give existing backends to a guest"
    case .list: "list the guests that run here, and their backends"
    case .emulate: "run a virtual machine with virtual NVDIMMs"
    case .labelDump: "show and verify the label area of a backend"
    case .doctor: "report what this host offers, and what is missing"
    case .explain: "explain what a rule means, and what to do about it"
    case .migrateLabels: "move, convert or repair the label area of a backend"
    case .resizeGuard: "change the size of a backend, or guard its layout"
    }
  }

  /// The program of the verb.
  var program: any Program.Type {
    switch self {
    case .create: CreateProgram.program
    case .check: CheckProgram.program
    case .compare: Compare.self
    case .config: Config.self
    case .list: List.self
    case .emulate: Emulate.self
    case .labelDump: LabelDumpProgram.program
    case .doctor: Doctor.self
    case .explain: Explain.self
    case .migrateLabels: MigrateLabelsProgram.program
    case .resizeGuard: ResizeGuardProgram.program
    }
  }

  /// The verb of the program by whose name this process was started: the installed names are links to one program. If
  /// the suite started itself by its running file, which has no name, the name is the first argument.
  static var ofProcess: Verb? {
    // Safe: both texts end with NUL and live as long as the process.
    var path = unsafe clinux_program_path().map { FilePath(unsafe String(cString: $0)) }
    if path == HostProgram.own { path = unsafe clinux_argument(0).map { FilePath(unsafe String(cString: $0)) } }
    guard let name = path?.lastComponent?.string, name.hasPrefix("vnvdimm-") else { return nil }
    return Verb(rawValue: String(name.dropFirst("vnvdimm-".count)))
  }
}
