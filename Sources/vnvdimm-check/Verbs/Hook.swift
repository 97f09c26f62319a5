import ArgumentParser
import Basics
import CommandSupport
import Glibc
import Libvirt
import PersistentMemory
import QEMU
import Report
import Storage

/// `vnvdimm-check hook GUEST OPERATION SUB EXTRA`: libvirt's hook for QEMU, with the domain on standard input.
///
/// A guest is kept from its start by errors alone. libvirt has accepted the domain already, and what is not known is no
/// reason to keep a guest down: both are told, and the guest starts. Source: libvirt.org, "Hooks for specific system
/// management".
struct Hook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Keep a guest of libvirt from starting where it would lose data.",
    usage: "vnvdimm-check hook [<options>] [--] <guest> <operation> <sub-operation> <extra>",
    discussion: """
      The arguments are those that libvirt gives its hooks, and the domain is on standard input.

      EXAMPLES
        exec vnvdimm-check hook -- "$@"
      """)

  @Argument(help: ArgumentHelp("GUEST OPERATION SUB-OPERATION EXTRA, as libvirt gives them.", valueName: "words"))
  var words: [String] = []

  @Option(help: ArgumentHelp("Let the guest start where the check takes longer.", valueName: "seconds"))
  var timeout: UInt32 = 10

  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var libvirt: LibvirtReleaseOption
  @OptionGroup var permits: PermitOptions

  private var guest: String { words[0] }
  private var subject: String { "\(Check.programName): \(guest.asSubject)" }

  func run() throws {
    guard words.count >= 2 else {
      throw ValidationError("the arguments of libvirt's hook are missing: GUEST OPERATION SUB-OPERATION EXTRA")
    }
    let tooLate = "\(subject): note: not checked within \(timeout) s"
    // It ends the program wherever that is: a file of a server that does not answer holds up whoever opens it.
    _ = try? JoinableThread(name: "deadline") { [timeout] in
      sleep(timeout)
      StandardStream.diagnose(tooLate)
      _exit(ExitStatus.done.rawValue)
    }
    var status = ExitStatus.done
    do throws(CommandFailure) { status = try check() } catch { note("not checked: \(error.fact)") }
    throw status.exitCode
  }

  private func check() throws(CommandFailure) -> ExitStatus {
    let document = DomainDocument(path: "-", name: guest)
    // Read in any case: libvirt writes it.
    let bytes = try document.bytes()
    guard ["prepare", "start"].contains(words[1]), Self.mentionsPersistentMemory(bytes) else { return .done }
    let domain = try document.domain(in: bytes, libvirt.usual, isAccepted: true)
    for refusal in domain.undescribed {
      note("not checked: what libvirt has accepted, and is not described: \(refusal)")
    }
    guard domain.hasPersistentMemory else { return .done }
    let reports = try document.reports(of: domain, isAccepted: true, under: SizingRules.all(of: releases.releases))
    return reports.filter { blocks($0.weighed(by: permits.permits)) }.isEmpty ? .done : .damaged
  }

  /// Whether the guest may not start; says why, and what else was found.
  private func blocks(_ report: DomainReport) -> Bool {
    switch report.outcome {
    case .refused(let refusal, _):
      note("not checked: libvirt, as far as it is described, refuses: \(refusal)")
      return false
    case .started(_, let machine):
      switch machine.prediction.stop {
      // That something is not described is a finding.
      case nil, .unknown?, .unsaid?: break
      case .complaint? where machine.refusesUnknownWord: note("\(machine.verdict); the QEMU of this host may not")
      case .complaint?, .help?, .crash?, .hang?: StandardStream.diagnose("\(subject): \(machine.verdict)")
      }
      for (path, finding) in machine.obstacles { StandardStream.diagnose(finding, of: subject, about: path) }
      return machine.blocksStart
    }
  }

  /// Says what keeps no guest from its start.
  private func note(_ text: String) {
    StandardStream.diagnose("\(subject): note: \(text.escapedForTerminal)")
  }

  private static func mentionsPersistentMemory(_ bytes: [UInt8]) -> Bool {
    LibvirtDomain.persistentDevices.contains { !BytePattern([UInt8]($0.utf8)).offsets(in: bytes).isEmpty }
  }
}
