import Basics
import Consumers
import QEMU
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// What the program answers: the geometry, the configuration and the warnings.
struct CreateAnswer {
  let backend: NewBackend
  let creation: BackendCreation
  let configuration: PasteConfiguration
  /// False where this is a plan.
  let created: Bool
  private(set) var findings: [Finding] = []

  init(backend: NewBackend, creation: BackendCreation, configuration: PasteConfiguration, created: Bool) {
    self.backend = backend
    self.creation = creation
    self.configuration = configuration
    self.created = created
    findings = backend.consumer == nil ? [misalignment, configuration.libvirtObstacle].compactMap(\.self) : []
    findings += backend.provisioning?.findings ?? []
    if let consumer = backend.consumer {
      findings +=
        ConsumerJudgement(
          consumer, of: .file(size: backend.geometry.mappedSize), holding: backend.contents, at: creation.path.string
        ).findings
    }
    findings += [conditionDropped].compactMap(\.self)
  }

  private var conditionDropped: Finding? {
    guard let former = backend.formerCondition else { return nil }
    let what = former.record.map { $0.afterPowerOn.summary } ?? "damaged"
    let file = former.path.lastComponent?.string ?? ""
    return Finding(
      CreateRule.conditionDropped, "the condition of the DIMM that had the name, in \(file), goes with it: \(what)")
  }

  /// Adds a warning that the file could not be made as things are.
  mutating func warn(of error: BackendError) {
    findings.append(Finding(CreateRule.refused, "as things are, this would be refused: \(error.reason)"))
  }

  private var misalignment: Finding? {
    let geometry = backend.geometry
    let unit = backend.guestAlignment
    let remainder = geometry.remainder(guestAlignment: unit)
    guard remainder != 0 else { return nil }
    let loss =
      if geometry.regionSize < unit {
        "a DIMM that follows this one starts misaligned in the guest"
      } else if geometry.labelSize == 0 {
        "without labels, the guest can make no namespace of a region of this size"
      } else {
        "the guest cannot use the last \(ByteCount(remainder).precise) of the region"
      }
    return Finding(
      CreateRule.regionMisaligned, loss, stored: ByteCount(geometry.regionSize).precise,
      expected: "a multiple of \(ByteCount(unit))",
      hint: geometry.regionSize.alignedUp(to: unit).map {
        "vnvdimm-create --size \(ByteCount($0).argument) \(creation.path.string.shellQuotedPath)"
      })
  }
}
