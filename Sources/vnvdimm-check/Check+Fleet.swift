import ArgumentParser
import CommandSupport
import FoundationEssentials
import VNVDIMMCore

extension Check {
  /// Whether each path is the only NVDIMM of a machine of its own.
  var isFleet: Bool { each || pathsFrom != nil }

  /// Usage that only the check of a fleet can get wrong.
  func checkFleetOptions() throws {
    guard !null || pathsFrom != nil else { throw ValidationError("--null is about the list of --paths-from") }
    guard !checksCommand || !isFleet && prometheus == nil else {
      throw ValidationError("a command line is checked for itself: not with --each, --paths-from or --prometheus")
    }
    guard !checksCommand else { return }
    guard isFleet else {
      guard paths.count <= MemoryDevicePlacement.slotLimit else {
        throw ValidationError(
          "\(paths.count) paths are more than a machine has slots for "
            + "(expected at most \(MemoryDevicePlacement.slotLimit)); --each checks each for itself")
      }
      return
    }
    guard !guestView else { throw ValidationError("--guest-view shows one guest: not with --each or --paths-from") }
    guard slotNumbers.count <= 1 else { throw ValidationError("one --slot holds for every path of a fleet") }
  }

  /// Checks each path for itself and answers the gravest status.
  func checkFleet(under rules: [SizingRules]) throws -> ExitStatus {
    let list = try pathsFrom.map { (path) throws(CommandFailure) in
      try PathList(at: path, separator: null ? .null : .newline)
    }
    var fleet = FleetCheck(
      MachineOptions(self), rules: rules, format: json ? .json : quiet ? .nothing : .text,
      collectsMetrics: prometheus != nil)
    try fleet.run(paths, list)
    guard fleet.tally.count > 0 else {
      throw CommandFailure(.incomplete, pathsFrom, "names no path: nothing was checked")
    }
    if !json, !quiet { try StandardStream.answer(fleet.tally.text) }
    try writeMetrics(fleet.metrics)
    return fleet.tally.status
  }

  /// Writes the file of `--prometheus`, where it is asked for.
  func writeMetrics(_ metrics: [BackendMetrics]) throws(CommandFailure) {
    guard let prometheus else { return }
    try MetricsFile(metrics, checkedAt: .now).write(to: prometheus)
  }
}
