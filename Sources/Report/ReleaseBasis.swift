package import Basics
import Glibc
package import Libvirt
package import PersistentMemory
package import QEMU
import Storage
import SystemPackage

/// The reason why an answer is about a certain release.
package enum ReleaseBasis: Equatable, Sendable {
  /// The asker has named the release, by an option or in the environment.
  case named
  /// The program at the path reports this version, in its own spelling.
  case program(path: String, version: String)
  /// The name of the library at the path contains the release.
  case library(path: String)
  /// The newest release that is described, for the given reason.
  case newest(String)
}

extension ReleaseBasis {
  /// The explanation for the asker; `nil` if the asker has named the release.
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

/// The rules in question, and the reason for choosing them.
package struct AskedRules: Sendable {
  package let rules: SizingRules
  package let basis: ReleaseBasis

  /// Returns the rules of each of `releases`; if there are none, those of the release that VNVDIMM_QEMU_VERSION names;
  /// if it is not set, those of the installed QEMU, which is `program` or the usual one of the architecture; without
  /// one, those of the newest release that is described. Guests run `linux`, by default the newest that is described.
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

  /// Returns the programs that run guests of `architecture`; the first that exists is used.
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

  /// Returns the version in the first line of `--version`: `QEMU emulator version 7.2.22 (Debian ...)`.
  static func version(in answer: String) -> String? {
    let head = "QEMU emulator version "
    guard answer.hasPrefix(head) else { return nil }
    return answer.dropFirst(head.count).split(separator: " ").first.map(String.init)
  }
}

/// The libvirt in question, and the reason for choosing it.
package struct AskedLibvirt: Sendable {
  package let release: LibvirtRelease
  package let basis: ReleaseBasis

  /// Chooses the release that is `named`; otherwise the one that VNVDIMM_LIBVIRT_VERSION names; otherwise, for a hook,
  /// the one that calls it; otherwise the installed one; otherwise the newest that is described.
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

/// The environment variables that name a release if no option does.
package enum ReleaseVariable: String, Sendable {
  case qemu = "VNVDIMM_QEMU_VERSION"
  case libvirt = "VNVDIMM_LIBVIRT_VERSION"

  /// The variable's value; `nil` if it is not set, or empty.
  package var value: String? {
    // Safe: the text is copied before anything can change it.
    let text = unsafe getenv(rawValue).map { unsafe String(cString: $0) }
    return text?.isEmpty == true ? nil : text
  }
}
