import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Storage

/// The label area of a backend: where it is, where QEMU looks for it, and what is in it.
struct LabelExamination {
  enum Source: String, Encodable {
    case given
    case found
    case none
    /// The end of the backend cannot be read: there may be an area, or none.
    case unknown
  }

  let source: Source
  /// L as QEMU gets it; nil where the device has no labels.
  let size: UInt64?
  /// The area that QEMU will use, once it was read.
  private(set) var area: LabelArea?
  private(set) var findings: [Finding] = []
  /// Why the area could not be read.
  private(set) var failure: CommandFailure?

  let path: String
  /// F, once the area was read.
  private var length: UInt64?
  let option: LabelSize
  let mappedSize: UInt64
  /// Areas at the end of what QEMU maps, failing that at the end of the backend, failing that anywhere.
  let search: LabelAreaSearch

  /// Settles the label size, looking for an area among the first `mappedSize` bytes and at the end of the backend.
  init(_ option: LabelSize, mappedSize: UInt64, path: String, in examination: borrowing BackendExamination) {
    var search = LabelAreaSearch.nothing
    if let length = examination.state.length, length > 0, mappedSize > 0 {
      do throws(BackendError) {
        search = try examination.locateLabelArea(preferringEnd: mappedSize)
      } catch {
        failure = error.commandFailure(whatCannotBeRead: "where the label area would be")
      }
    }
    self.search = search
    self.path = path
    self.option = option
    self.mappedSize = mappedSize
    switch option {
    case .none:
      source = .none
      size = nil
    case .exactly(let bytes):
      source = .given
      size = bytes
    case .automatic:
      // Intact or damaged: the end of what is mapped is where QEMU's is.
      let found = search.areas.filter { $0.end == mappedSize }
      size = found.count == 1 ? UInt64(found[0].size) : nil
      source = size != nil ? .found : failure == nil ? .none : .unknown
    }
  }

  /// Where the area in the backend ends, as far as that is clear; see `LabelAreaSearch.end`.
  var end: UInt64? { search.end }

  /// The slot of the virtual DIMM that the labels were made for; nil where there are none, or those of no such DIMM.
  var slot: Int? { area?.virtualSlot }

  /// Reads the area that QEMU will use and compares its place with what was found.
  mutating func read(in examination: borrowing BackendExamination, geometry: BackendGeometry?) {
    guard let length = examination.state.length else { return }
    self.length = length
    if let finding = misplacement(geometry, length: length) { findings.append(finding) }
    guard let geometry, let offset = geometry.labelOffset, length >= geometry.mappedSize else { return }
    do throws(LabelAreaError) { try LabelArea.check(size: geometry.labelSize) } catch {
      failure = error.failure(at: path)
      return
    }
    do throws(BackendError) {
      let bytes = try examination.read(at: offset, count: Int(geometry.labelSize))
      // Its size was checked.
      area = try? LabelArea(bytes)
    } catch {
      failure = error.commandFailure(whatCannotBeRead: "the label area")
    }
  }

  /// What changes the labels where QEMU looks for them.
  private var command: MigrationCommand {
    let isFound =
      if case .found(let place) = search {
        place.isIntact && place.end == mappedSize && UInt64(place.size) == size
      } else { false }
    return MigrationCommand(
      path: path, mappedSize: mappedSize == length ? nil : mappedSize, labelSize: isFound ? nil : size)
  }

  /// Notes that the labels are for a DIMM in `slot`, where nobody has asked for one and QEMU would choose `chosen`.
  mutating func noteSlot(_ slot: Int, chosen: Int) {
    findings.append(
      Finding(
        BackendRule.labelsForSlot,
        "the labels are those of a DIMM in slot \(slot): in another one the guest shows none of their namespaces",
        hint: "slot=\(slot), or \(command.line("--to-slot \(chosen)"))"))
  }

  /// Verifies what was read for the DIMM in `slot`.
  mutating func verify(regionSize: UInt64, slot: Int?) {
    guard let area else { return }
    let dimm = LabelledDIMM(regionSize: regionSize, cookie: slot.map { InterleaveSetCookie(virtualSlot: $0) })
    let found = LabelVerification(area, dimm: dimm, command: command).findings
    findings += found.naming(repairOf: area, of: dimm, slot: slot, by: command)
  }
}
