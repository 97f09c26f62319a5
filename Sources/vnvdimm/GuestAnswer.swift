import Basics
import CommandSupport
import QEMU
import Report
import Storage
import SystemPackage
import VirtualMachine

/// A running guest as `vnvdimm list` shows it.
struct GuestAnswer: Sendable {
  let json: JSONValue
  let text: String
  let status: ExitStatus

  /// The document that a child process of this program sends to its parent.
  var document: JSONValue { .object([("guest", json), ("text", .text(text))]) }

  /// Reads the document that a child process sent about `guest`; `nil` if it is something else.
  init?(_ guest: GuestProcess, _ document: JSONValue) {
    guard let json = document["guest"], let text = document["text"]?.text, let number: Int32 = json["status"]?.number(),
      let status = ExitStatus(rawValue: number)
    else { return nil }
    (self.json, self.text, self.status) = (json, text, status)
  }

  /// `unseen` names the parts that could not be examined, with the reasons.
  init(_ guest: GuestProcess, name: String? = nil, unseen: [String], report: MachineReport? = nil) {
    let findings = report.map { $0.backends.map(\.status).gravest.graver($0.findings.status) } ?? .done
    status = unseen.isEmpty ? findings : findings.graver(.incomplete)
    var lines = report?.lines ?? []
    if lines.isEmpty, unseen.isEmpty { lines = ["no backend that is a file"] }
    lines += unseen.map { "not examined: \($0)" }
    let head = "process \(guest.id), \(guest.program.asSubject)\(name.map { ", guest \($0.asSubject)" } ?? "")"
    text = ([head] + lines.map { "  " + $0 }).joined(separator: "\n")
    let reported = report?.json
    json = .object([
      ("process", JSONValue(guest.id)), ("program", .text(guest.program)), ("name", JSONValue(name)),
      ("status", JSONValue(Int(status.rawValue))), ("not_examined", JSONValue(unseen) { .text($0) }),
      ("backends", reported?["backends"] ?? .array([])), ("findings", reported?["findings"] ?? .array([])),
    ])
  }

  /// Checks a guest that was started with `arguments`; `nil` if they start no guest.
  init?(_ guest: GuestProcess, _ arguments: [String], on host: HostView) {
    let options = Self.optionsOfEmulate(arguments)
    let isQEMU = !guest.program.hasPrefix(GuestProcess.ownProgram)
    guard isQEMU || options != nil else { return nil }
    let name = Self.name(in: arguments)
    let paths: @Sendable (String) -> String
    do throws(Errno) { paths = try guest.paths() } catch {
      // The guest has ended meanwhile.
      guard error != .noSuchFileOrDirectory, error != .noSuchProcess else { return nil }
      let reason = error == .permissionDenied ? "what it has open is not shown to this user" : error.description
      self.init(guest, name: name, unseen: [reason])
      return
    }
    let report =
      isQEMU
      ? Self.report(guest, arguments, at: paths, on: host) : Self.report(options ?? [], at: paths, on: host)
    guard let report else {
      self.init(guest, name: name, unseen: ["emulate takes no such command line"])
      return
    }
    let (running, strangers) = report.ofRunningGuest(in: guest.id)
    let stop = report.starts == false ? report.prediction.message : nil
    self.init(
      guest, name: name,
      unseen: strangers.map { "what is at \($0.asSubject) now is not what the guest has open" }
        + (stop.map { ["as it was started it would not start now: \($0.escapedForTerminal)"] } ?? []),
      report: running)
  }

  /// Returns the options of `vnvdimm emulate`; `nil` for another verb.
  private static func optionsOfEmulate(_ arguments: [String]) -> [String]? {
    let verb = Verb.emulate.rawValue
    if FilePath(arguments.first ?? "").lastComponent?.string == "\(GuestProcess.ownProgram)-\(verb)" {
      return Array(arguments.dropFirst())
    }
    return arguments.dropFirst().first == verb ? Array(arguments.dropFirst(2)) : nil
  }

  private static func report(
    _ guest: GuestProcess, _ arguments: [String], at paths: @escaping (String) -> String, on host: HostView
  ) -> MachineReport {
    let name = guest.program.dropFirst("qemu-system-".count)
    let architecture = Architecture.allCases.first { name == $0.rawValue } ?? .x86_64
    let asked = AskedRules.all(of: [], on: architecture)[0]
    return MachineReport(Start(of: arguments, asked.rules.release, at: paths), under: asked.rules, on: host)
      .resting(on: asked.basis)
  }

  private static func report(
    _ options: [String], at paths: (String) -> String, on host: HostView
  ) -> MachineReport? {
    guard var configuration = try? MachineConfiguration(arguments: options) else { return nil }
    configuration.command.findFiles(at: paths)
    return (try? configuration.startup()).map { MachineReport(following: $0, on: host) }
  }

  /// Returns the name that `-name` gives the guest.
  private static func name(in arguments: [String]) -> String? {
    guard let option = arguments.lastIndex(where: { $0 == "-name" || $0 == "--name" }), option + 1 < arguments.count
    else { return nil }
    let parts = arguments[option + 1].split(separator: ",").map(String.init)
    return parts.first { $0.hasPrefix("guest=") }.map { String($0.dropFirst("guest=".count)) } ?? parts.first
  }
}
