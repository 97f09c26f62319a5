import Basics
import CommandSupport
import PersistentMemory
import QEMU

extension CommandCheck {
  /// Prints what `ndctl list` will say in the guest, and findings on standard error; where there is no guest, nothing
  /// on standard output.
  func showGuest(isQuiet: Bool) throws {
    if !isQuiet { diagnoseFindings(of: Check.programName) }
    guard prediction.stop == nil else { return }
    let listing = GuestListing(
      regions, persistence: prediction.persistence, populatedNodes: prediction.populatedNodes)
    try StandardStream.answer(JSONAnswer.text(of: listing))
  }

  /// Says on standard error what was found of at least `severity`, and what could not be examined; `program` begins
  /// each message.
  func diagnoseFindings(of program: String, atLeast severity: Finding.Severity = .note) {
    for backend in backends.map(\.report) {
      if let failure = backend.failure { StandardStream.diagnose("\(program): \(backend.name): \(failure.fact)") }
      for finding in backend.findings where finding.severity >= severity {
        StandardStream.diagnose(finding, of: program, about: backend.request.path)
      }
    }
    for finding in findings where finding.severity >= severity {
      StandardStream.diagnose(finding, of: program, about: self.program)
    }
  }

  /// What the guest shows of each NVDIMM; those without a file are all zeros when it starts.
  var regions: [GuestRegion] {
    let ofFiles = backends.compactMap(\.report.region)
    let slots = Set(ofFiles.map(\.device.slot))
    let others = prediction.devices.filter { $0.option.kind == .nvdimm && !slots.contains($0.placement.slot) }
    return ofFiles + others.compactMap(Self.region)
  }

  /// The region of an NVDIMM in anonymous memory; nil where its label area is larger than the suite reads.
  private static func region(of device: MachinePrediction.Device) -> GuestRegion? {
    let description = NVDIMMDescription(
      slot: device.placement.slot, base: device.placement.address, length: device.placement.size,
      node: device.option.node, isUnarmed: device.option.isUnarmed)
    var labels: LabelArea?
    if let size = device.option.labelSize {
      guard (try? LabelArea.check(size: size)) != nil, let area = try? LabelArea(LabelArea.blank(size: Int(size)))
      else { return nil }
      labels = area
    }
    return GuestRegion(description, labels: labels) { _, count in [UInt8](repeating: 0, count: count) }
  }
}
