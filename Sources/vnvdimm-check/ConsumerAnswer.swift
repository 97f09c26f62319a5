import ArgumentParser
import CommandSupport
import Consumers
import QEMU
import Report

extension ConsumerChoice {
  /// What the program makes of the backend at `path`.
  func answer(
    on path: String, under rules: SizingRules, _ permits: Permits, on host: HostView
  ) -> any CheckAnswer & FleetReport {
    if let report = MachineReport(on: path, for: self, under: rules, on: host) { return report.weighed(by: permits) }
    return ConsumerReport(on: path, for: self, on: host).weighed(by: permits)
  }
}

extension ConsumerOption {
  /// The program, unless it is the one that is asked about in any case. Throws where `dimms` says what is QEMU's.
  func consumer(beside dimms: DIMMOptions, _ releases: ReleaseOptions) throws -> ConsumerChoice? {
    guard let consumer else { return nil }
    if case .usual = consumer.consumer.start { return nil }
    guard dimms.isPlain else {
      throw ValidationError("--for \(consumer.consumer.name): sizes and slots are those of that program")
    }
    guard releases.releases.count <= 1 else { throw ValidationError("--for takes one --qemu-version") }
    return consumer
  }
}
