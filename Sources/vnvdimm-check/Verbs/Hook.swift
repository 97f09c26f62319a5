import ArgumentParser
import Basics
import CommandSupport
import Glibc
import Libvirt
import PersistentMemory
import QEMU
import Report
import Storage
import Synchronization
import SystemPackage

/// `vnvdimm-check hook GUEST OPERATION SUB EXTRA`: libvirt's hook for QEMU, with the domain on standard input.
///
/// Only errors prevent the start of a guest. libvirt has already accepted the domain, and an unknown answer is no
/// reason to keep a guest down: it is reported, and the guest starts. Source: libvirt.org, "Hooks for specific system
/// management".
struct Hook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Stop a libvirt guest from starting if it would lose data.",
    usage: "vnvdimm-check hook [<options>] [--] <guest> <operation> <sub-operation> <extra>",
    discussion: """
      libvirt passes the arguments to its hooks, and the domain on standard input.

      EXAMPLES
        exec vnvdimm-check hook -- "$@"
      """)

  @Argument(help: ArgumentHelp("GUEST OPERATION SUB-OPERATION EXTRA, as libvirt passes them.", valueName: "words"))
  var words: [String] = []

  @Option(help: ArgumentHelp("Let the guest start if the check takes longer than this.", valueName: "seconds"))
  var timeout: UInt32 = 10

  @Flag(help: ArgumentHelp("Check in this process, not in a separate one.", visibility: .private))
  var unsupervised = false

  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var libvirt: LibvirtReleaseOption
  @OptionGroup var guestKernel: GuestKernelOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var color: ColorOption

  private var guest: String { words[0] }
  private var subject: String { "\(Check.programName): \(guest.asSubject)" }
  private var tooLate: String { "\(subject): note: not checked within \(timeout) s" }

  func run() throws {
    guard words.count >= 2 else {
      throw ValidationError("the arguments of libvirt's hook are missing: GUEST OPERATION SUB-OPERATION EXTRA")
    }
    guard unsupervised else { throw supervise().exitCode }
    var status = ExitStatus.done
    do throws(CommandFailure) { status = try check() } catch { note("not checked: \(error.fact)") }
    throw status.exitCode
  }

  /// Checks the domain in a separate process with a time limit: libvirt waits for this process, and a process that is
  /// waiting for a hanging file system cannot be killed.
  private func supervise() -> ExitStatus {
    let deadline = Deadline(after: timeout, saying: tooLate)
    do throws(Errno) {
      let input = try MemoryFile(
        holding: [FileDescriptor.standardInput.remainingBytes(limit: LibvirtDomain.byteLimit)])
      deadline.isSaid = false
      let answer = try HostProgram(ownAs: Check.programName).answer(
        to: [Self._commandName, "--unsupervised"] + arguments, input: input.descriptor,
        within: Int32(clamping: UInt64(timeout) * 1000))
      tell(answer.errors, isLogged: answer.status == 0)
      return ExitStatus(rawValue: answer.status) ?? .done
    } catch .timedOut { tell(tooLate + "\n", isLogged: true) } catch .fileTooLarge {
      note("not checked: not a libvirt domain: \(XMLError.tooLong(limit: LibvirtDomain.byteLimit))")
    } catch { note("not checked: \(error)") }
    return .done
  }

  /// The arguments after the verb; in `vnvdimm check hook` another verb precedes it.
  private var arguments: ArraySlice<String> {
    ProcessArguments.all.drop { $0 != Self._commandName }.dropFirst()
  }

  /// Prints the messages of the check. libvirt keeps the output of a hook that lets the guest start only for debugging,
  /// so that the messages go to the host's log in that case.
  private func tell(_ text: String, isLogged: Bool) {
    let isForLog = isLogged && isatty(STDERR_FILENO) == 0
    for line in text.split(separator: "\n").map(String.init) {
      StandardStream.diagnose(line)
      if isForLog { HostLog.warn(line, of: Check.programName) }
    }
  }

  private func check() throws(CommandFailure) -> ExitStatus {
    let document = DomainDocument(path: "-", name: guest)
    // Read the document in any case, because libvirt writes it.
    let bytes = try document.bytes()
    guard ["prepare", "start"].contains(words[1]), Self.mentionsPersistentMemory(bytes) else { return .done }
    let libvirt = AskedLibvirt(libvirt.libvirtVersion, isHook: true)
    let domain = try document.domain(in: bytes, libvirt.release, isAccepted: true)
    for refusal in domain.undescribed {
      note("not checked: libvirt has accepted something unknown: \(refusal)")
    }
    guard domain.hasPersistentMemory else { return .done }
    let reports = try document.reports(
      of: domain, with: libvirt, isAccepted: true, under: releases.releases, linux: guestKernel.linux)
    return reports.filter { blocks($0.weighed(by: permits.permits)) }.isEmpty ? .done : .damaged
  }

  /// Returns whether the guest must not start; prints the reason and the other findings.
  private func blocks(_ report: DomainReport) -> Bool {
    switch report.outcome {
    case .refused(let refusal, _):
      note("not checked: libvirt would refuse, as far as is known: \(refusal)")
      return false
    case .started(_, let machine):
      switch machine.prediction.stop {
      case nil, .unsaid?: break
      case .unknown?: note(machine.verdict)
      case .complaint? where machine.refusesUnknownWord: note("\(machine.verdict); the QEMU of this host may not")
      case .complaint?, .help?, .crash?, .hang?: StandardStream.diagnose("\(subject): \(machine.verdict)")
      }
      for (path, finding) in machine.obstacles { StandardStream.diagnose(finding, of: subject, about: path) }
      return machine.blocksStart
    }
  }

  /// Prints a message about something that does not prevent a start.
  private func note(_ text: String) {
    StandardStream.diagnose("\(subject): note: \(text.escapedForTerminal)")
  }

  private static func mentionsPersistentMemory(_ bytes: [UInt8]) -> Bool {
    LibvirtDomain.persistentDevices.contains { !BytePattern([UInt8]($0.utf8)).offsets(in: bytes).isEmpty }
  }
}

/// Exits when the time is over, whatever the program is doing.
private final class Deadline: Sendable {
  private let says: Atomic<Bool>

  /// Whether `text` is printed then; otherwise the program exits silently.
  var isSaid: Bool {
    get { says.load(ordering: .relaxed) }
    set { says.store(newValue, ordering: .relaxed) }
  }

  /// The time is over after `seconds`; if `isSaid` is then `false`, after twice as many plus one.
  init(after seconds: UInt32, saying text: String) {
    says = Atomic(true)
    _ = try? JoinableThread(name: "deadline") { [self] in
      sleep(seconds)
      if isSaid { StandardStream.diagnose(text) } else { sleep(seconds + 1) }
      _exit(ExitStatus.done.rawValue)
    }
  }
}
