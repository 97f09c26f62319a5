package import Basics
import Glibc
package import Libvirt
package import PersistentMemory
package import QEMU
import Storage
import SystemPackage

/// How it came that an answer is about a release.
package enum ReleaseBasis: Equatable, Sendable {
  /// Whoever asks has named it, by an option or in the environment.
  case named
  /// The program at the path says so: its version, as it spells it.
  case program(path: String, version: String)
  /// The library at the path has it in its name.
  case library(path: String)
  /// The newest that is described, for a reason.
  case newest(String)
}

extension ReleaseBasis {
  /// What is to be told of it; nil where whoever asks knows.
  package var explanation: String? {
    switch self {
    case .named: nil
    case .program(let path, let version): "that of \(path.escapedForTerminal), which is \(version)"
    case .library(let path): "that of \(path.escapedForTerminal)"
    case .newest(let reason): "the newest that is described: \(reason)"
    }
  }

  package var json: JSONValue {
    let (kind, path, text): (String, String?, String?) =
      switch self {
      case .named: ("named", nil, nil)
      case .program(let path, let version): ("installed", path, version)
      case .library(let path): ("installed", path, nil)
      case .newest(let reason): ("newest", nil, reason)
      }
    return .object([("kind", .text(kind)), ("path", JSONValue(path)), ("text", JSONValue(text))])
  }
}

/// The rules that are asked about, and how it came that it is these.
package struct AskedRules: Sendable {
  package let rules: SizingRules
  package let basis: ReleaseBasis

  /// Those of each of `releases`, failing that of the one that VNVDIMM_QEMU_VERSION names, failing that of the installed
  /// QEMU: `program`, or the usual one of the architecture; without one the newest that is described. Guests run `linux`, failing
  /// that the newest that is described.
  package static func all(
    of releases: [QEMURelease], on architecture: Architecture, program: String? = nil,
    linux: LinuxRelease? = nil
  ) -> [AskedRules] {
    func rules(_ release: QEMURelease) -> SizingRules {
      var rules = SizingRules(release, architecture)
      rules.linux = linux ?? .newest
      return rules
    }
    let given = ReleaseVariable.qemu.value.flatMap { QEMURelease(parsing: $0) }
    if let named = releases.isEmpty ? given.map({ [$0] }) : releases {
      return named.map { AskedRules(rules: rules($0), basis: .named) }
    }
    let (release, basis) = installed(program.map { [$0] } ?? usualPrograms(of: architecture))
    return [AskedRules(rules: rules(release), basis: basis)]
  }

  /// The programs that run guests of `architecture`, the first that is there is meant.
  private static func usualPrograms(of architecture: Architecture) -> [String] {
    ["qemu-system-\(architecture.rawValue)"] + (architecture == .x86_64 ? ["/usr/libexec/qemu-kvm", "qemu-kvm"] : [])
  }

  private static func installed(_ names: [String]) -> (QEMURelease, ReleaseBasis) {
    guard let program = names.lazy.compactMap({ HostProgram(named: $0) }).first else {
      return (.newest, .newest("there is no program \(names[0].escapedForTerminal)"))
    }
    let path = program.path.string
    do throws(Errno) {
      let answer = try ProgramVersions.answer(of: program)
      guard let version = version(in: answer) else {
        return (.newest, .newest("\(path.escapedForTerminal) does not report a version of QEMU"))
      }
      guard let release = QEMURelease(parsing: version) else {
        return (.newest, .newest("\(path.escapedForTerminal) is \(version), which is not a known release"))
      }
      return (release, .program(path: path, version: version))
    } catch { return (.newest, .newest("\(path.escapedForTerminal) does not report its version: \(error)")) }
  }

  /// The version in the first line of `--version`: `QEMU emulator version 7.2.22 (Debian ...)`.
  static func version(in answer: String) -> String? {
    let head = "QEMU emulator version "
    guard answer.hasPrefix(head) else { return nil }
    return answer.dropFirst(head.count).split(separator: " ").first.map(String.init)
  }
}

/// The libvirt that is asked about, and how it came that it is this one.
package struct AskedLibvirt: Sendable {
  package let release: LibvirtRelease
  package let basis: ReleaseBasis

  /// The one that is `named`, failing that the one that VNVDIMM_LIBVIRT_VERSION names, failing that for a hook the one
  /// that calls it, failing that the installed one; without one the newest that is described.
  package init(_ named: LibvirtRelease?, isHook: Bool = false) {
    if let release = named ?? ReleaseVariable.libvirt.value.flatMap({ LibvirtRelease(parsing: $0) }) {
      (self.release, basis) = (release, .named)
      return
    }
    let library = (isHook ? HostLibvirt.caller() : nil) ?? HostLibvirt.installed()
    if let library, let release = library.lastComponent.flatMap({ LibvirtRelease(ofLibrary: $0.string) }) {
      (self.release, basis) = (release, .library(path: library.string))
    } else {
      let reason = library.map { "\($0.string.escapedForTerminal) is not described" } ?? "there is no libvirt"
      (release, basis) = (.newest, .newest(reason))
    }
  }
}

/// The variables in the environment that name a release where no option does.
package enum ReleaseVariable: String, Sendable {
  case qemu = "VNVDIMM_QEMU_VERSION"
  case libvirt = "VNVDIMM_LIBVIRT_VERSION"

  /// What it says; nil where it is not set, or empty.
  package var value: String? {
    // Safe: the text is copied before anything can change it.
    let text = unsafe getenv(rawValue).map { unsafe String(cString: $0) }
    return text?.isEmpty == true ? nil : text
  }
}
