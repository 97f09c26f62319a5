import Foundation

/// One machine of the lab from its first boot to its last, and the results of its scenarios.
struct MachineRun: Sendable {
  struct Options: Sendable {
    let programs: [String]
    let timeLimit: Int
    let vmm: String
    let icount: Bool
    let boots: Int
    let live: Bool
  }

  let results: [ScenarioResult]
  /// The error with which the machine ended, or `nil`.
  let complaint: (any Error)?

  /// Runs `scenarios` one after the other, with all files of the machine in `folder`.
  init(_ scenarios: [URL], in folder: URL, _ options: Options) throws {
    let limit = 60 + scenarios.count * options.timeLimit
    func makeMachine(_ boot: Int) throws -> OuterMachine {
      try OuterMachine(
        in: folder, scenarios: scenarios, programs: options.programs, timeLimit: options.timeLimit, vmm: options.vmm,
        boot: boot, boots: options.boots)
    }
    for boot in 1..<max(options.boots, 1) {
      let machine = try makeMachine(boot)
      do { try machine.bootUntilPowerCut(limit: limit) } catch {
        print(try String(decoding: Data(contentsOf: machine.console), as: UTF8.self))
        throw error
      }
    }
    let machine = try makeMachine(options.boots)
    var complaint: (any Error)?
    do { try machine.boot(limit: limit, icount: options.icount, live: options.live) } catch { complaint = error }
    let answers = try machine.results()
    self.complaint = complaint
    results = scenarios.map { ScenarioResult(of: $0, in: answers, console: machine.console) }
  }
}
