import ArgumentParser
import Basics
import CommandSupport
import QEMU
import Report
import Storage
import SystemPackage
import VirtualMachine

/// `vnvdimm list`: the guests running on this host, their backends, and the findings about them.
struct List: Program {
  static let programName = "vnvdimm list"

  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the guests running on this host, their backends, and what check finds.",
    usage: "vnvdimm list [<options>]",
    discussion: """
      The guests are the processes of QEMU (libvirt's among them) and of vnvdimm emulate that the caller may see; each \
      is judged by its command line, as vnvdimm-check does. Devices plugged or unplugged after the \
      start are not known. Nothing is changed.

      EXAMPLES
        sudo vnvdimm list

      Exit status: as vnvdimm-check; 1 a guest could not be examined.
      """)

  @Option(
    help: ArgumentHelp("Seconds allowed for each guest; ten times as many for all.", valueName: "seconds"))
  var timeout: UInt16 = 5

  @Flag(help: "Print JSON.")
  var json = false

  /// The process to examine. A child process does this, because the examination may never end.
  @Option(help: .private)
  var process: Int?

  /// The process numbers of all guests, separated by commas.
  @Option(help: .private)
  var beside = ""

  @OptionGroup var color: ColorOption

  func run() throws {
    if let process { return try answer(about: process) }
    guard timeout > 0 else { throw ValidationError("--timeout 0 (expected at least 1)") }
    let (guests, areComplete) = GuestProcess.all()
    let milliseconds = Int(timeout) * 1000
    let end = ContinuousClock.now + .milliseconds(10 * milliseconds)
    let numbers = guests.map { "\($0.id)" }.joined(separator: ",")
    let answers = guests.concurrentMap { guest -> GuestAnswer? in
      let left = (end - ContinuousClock.now) / .milliseconds(1)
      return Self.answer(about: guest, beside: numbers, within: Int32(clamping: min(milliseconds, max(Int(left), 0))))
    }.compactMap(\.self)
    if json {
      try StandardStream.answer(
        .object([
          ("format", .format), ("complete", .boolean(areComplete)), ("guests", JSONValue(answers, \.json)),
        ]))
    } else {
      let none = answers.isEmpty ? ["no guest is running on this host"] : []
      let hidden = areComplete ? [] : ["the guests of other users cannot be seen: /proc is mounted with hidepid"]
      try StandardStream.answer((answers.map(\.text) + none + hidden).joined(separator: "\n\n"))
    }
    let status = answers.map(\.status).gravest
    if status != .done { throw status.exitCode }
  }

  /// Returns the answer of a child process about `guest`; `nil` if this is no guest, or has ended meanwhile.
  private static func answer(
    about guest: GuestProcess, beside others: String, within milliseconds: Int32
  ) -> GuestAnswer? {
    do throws(Errno) {
      guard milliseconds > 0 else { throw .timedOut }
      let answer = try HostProgram(ownAs: GuestProcess.ownProgram).answer(
        to: ["list", "--process", "\(guest.id)", "--beside", others], within: milliseconds)
      guard !answer.output.isEmpty else {
        return answer.status == 0 ? nil : GuestAnswer(guest, unseen: ["this program: status \(answer.status)"])
      }
      return (try? JSONValue(parsing: answer.output)).flatMap { GuestAnswer(guest, $0) }
        ?? GuestAnswer(guest, unseen: ["its report is too long"])
    } catch {
      let isLate = error == .timedOut
      return GuestAnswer(guest, unseen: [isLate ? "it could not be examined in time" : error.description])
    }
  }

  /// Prints the answer about `process`; nothing if it runs no guest.
  private func answer(about process: Int) throws {
    guard let guest = GuestProcess(process) else { return }
    let arguments: [String]
    do throws(Errno) { arguments = try guest.arguments() } catch {
      guard error != .noSuchProcess, error != .noSuchFileOrDirectory else { return }
      return try StandardStream.answer(GuestAnswer(guest, unseen: ["its command line: \(error)"]).document)
    }
    let host = HostView(processes: HostProcesses(among: beside.split(separator: ",").compactMap { Int($0) }))
    if let answer = GuestAnswer(guest, arguments, on: host) { try StandardStream.answer(answer.document) }
  }
}
