import Basics
import CommandSupport
import LabelChange
package import PersistentMemory
import QEMU
import Storage

/// The label area of a backend: its place, the place where QEMU looks for it, and its contents.
package struct LabelExamination {
  package enum Source: String {
    case given
    case found
    case none
    /// The end of the backend cannot be read, so that it is not known whether there is an area.
    case unknown
  }

  package let source: Source
  /// The label size L that QEMU gets; `nil` if the device has no labels.
  package let size: UInt64?
  /// The area that QEMU will use, once it has been read.
  package private(set) var area: LabelArea?
  private(set) var findings: [Finding] = []
  /// Whether the guest does not find its namespaces for a reason that `findings` report.
  private(set) var areUnseen = false
  /// Whether there is an area in a place where QEMU does not look.
  private(set) var isMisplaced = false
  /// The reason why the area could not be read.
  private(set) var failure: CommandFailure?

  let path: String
  let option: LabelSize
  let mappedSize: UInt64
  /// The areas at the end of the mapped bytes; if there are none, those at the end of the backend; if there are none,
  /// those anywhere.
  let search: LabelAreaSearch

  /// Determines the label size. Looks for an area in the first `mappedSize` bytes and at the end of the backend.
  init(_ option: LabelSize, mappedSize: UInt64, path: String, in examination: BackendExamination) {
    var search = LabelAreaSearch.nothing
    if let length = examination.forReading.length, length > 0, mappedSize > 0 {
      do throws(BackendError) {
        if case .exactly(let bytes) = option, let area = examination.indexedArea(of: bytes, endingAt: mappedSize) {
          search = .found(area)
        } else {
          search = try examination.locateLabelArea(preferringEnd: mappedSize)
        }
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
      // Intact or damaged, an area at the end of the mapped bytes is where QEMU's area is.
      let found = search.areas.filter { $0.end == mappedSize }
      size = found.count == 1 ? UInt64(found[0].size) : nil
      source = size != nil ? .found : failure == nil ? .none : .unknown
    }
  }

  /// The end of the area in the backend, if it is unambiguous; see `LabelAreaSearch.end`.
  var end: UInt64? { search.end }

  /// Returns the slot of the virtual DIMM that the labels were made for; `nil` if there are no labels, or if they are
  /// not those of a virtual DIMM.
  func madeForSlot(in examination: BackendExamination) -> Int? {
    guard let size, size <= UInt64(LabelGeometry.largestArea), size < mappedSize,
      let length = examination.forReading.length, mappedSize <= length
    else { return nil }
    return try? examination.labelArea(in: mappedSize - size..<mappedSize)?.virtualSlot
  }

  /// Reads the area that QEMU will use and compares its place with that of the area found.
  mutating func read(in examination: BackendExamination, geometry: BackendGeometry?, kind: MemoryDevice.Kind) {
    guard let length = examination.forReading.length else { return }
    if let found = misplacement(geometry, length: length, in: examination) {
      // No option makes a virtio-pmem look for labels.
      let finding = kind == .nvdimm ? found : found.withoutSettings
      findings.append(finding)
      areUnseen = true
      isMisplaced = true
    }
    guard let geometry, let offset = geometry.labelOffset, length >= geometry.mappedSize else { return }
    do throws(LabelAreaError) { try LabelArea.check(size: geometry.labelSize) } catch {
      failure = error.failure(at: path)
      return
    }
    do throws(BackendError) {
      area = try examination.labelArea(in: offset..<geometry.mappedSize)
    } catch {
      failure = error.commandFailure(whatCannotBeRead: "the label area")
    }
  }

  /// Returns the command that changes the labels where QEMU looks for them, in a backend of `length` bytes.
  func command(length: UInt64?) -> MigrationCommand {
    let isFound =
      if case .found(let place) = search { place.end == mappedSize && UInt64(place.size) == size } else { false }
    return MigrationCommand(
      path: path, mappedSize: mappedSize == length ? nil : mappedSize, labelSize: isFound ? nil : size)
  }

  /// Verifies the labels for the DIMM in `slot`, `nil` if it has none. `isOfLabels` means that the slot was not given
  /// but taken from the labels; `otherSlots` are those of the other devices.
  mutating func verify(
    regionSize: UInt64, slot: Int?, isOfLabels: Bool, length: UInt64?, linux: LinuxRelease, otherSlots: [Int]
  ) {
    guard let area else { return }
    let command = command(length: length)
    let made = area.virtualSlot
    if !area.orphanedLabels.isEmpty { areUnseen = true }
    if let slot, let made, made != slot {
      areUnseen = true
      findings.append(
        Finding(
          BackendRule.labelsOtherSlot,
          "the labels were made for the DIMM in slot \(made): in slot \(slot) the guest does not see "
            + area.validLabels.listing, stored: "slot \(made)", expected: "slot \(slot)",
          hint: command.hint(.move(slot: slot)), settings: otherSlots.contains(made) ? [] : [.slot(made)]))
    } else if isOfLabels, let made {
      findings.append(
        Finding(
          BackendRule.labelsForSlot,
          "the labels were made for the DIMM in slot \(made): in another slot the guest shows none of their namespaces",
          settings: [.slot(made)]))
    }
    // The slot that the labels were made for has been reported; whether they are valid for it is a separate question.
    let own = slot.map { made ?? $0 }
    let dimm = LabelledDIMM(regionSize: regionSize, cookie: own.map { InterleaveSetCookie(virtualSlot: $0) })
    let found = LabelVerification(area, dimm: dimm, linux: linux, command: command).findings
    findings += found.naming(repairOf: area, of: dimm, slot: own, by: command)
  }
}

extension LabelExamination {
  /// Returns what is wrong with the place of the label area in a backend of `length` bytes; `nil` if QEMU finds the
  /// area.
  ///
  /// `geometry` is `nil` if QEMU does not lay the device out.
  private func misplacement(
    _ geometry: BackendGeometry?, length: UInt64, in examination: BackendExamination
  ) -> Finding? {
    switch search {
    case .nothing: return nil
    case .cutOff(let area): return area.cutOff(in: path, length: length, hasLabels: option != .none)
    case .ambiguous(let areas) where option == .automatic && areas[0].end == mappedSize:
      return Finding(
        BackendRule.labelAreaAmbiguous,
        "more than one label area ends where QEMU looks for one: \(areas.listing)", offset: areas[0].offset,
        settings: [.labelSize(UInt64(areas[0].size))])
    case .found, .ambiguous:
      // Of several areas, take the one nearest to the end.
      guard let geometry, let located = search.areas.first,
        !search.areas.contains(where: { $0.offset == geometry.labelOffset })
      else { return nil }
      return misplacement(of: located, geometry, length, in: examination)
    }
  }

  private func misplacement(
    of located: LocatedLabelArea, _ geometry: BackendGeometry, _ length: UInt64, in examination: BackendExamination
  ) -> Finding {
    let size = ByteCount(UInt64(located.size))
    let place = "a label area of \(size) at \(located.offset.hex)"
    let area = try? examination.labelArea(in: located.offset..<located.end)
    let labels = area.map { $0.validLabels + $0.orphanedLabels } ?? []
    let unseen = labels.isEmpty ? "what its labels describe" : labels.listing
    var (rule, what): (BackendRule, String)
    var facts: (stored: String, expected: String)? = (located.end.hex, geometry.mappedSize.hex)
    var command: Hint?
    switch located.end {
    case geometry.mappedSize where geometry.labelSize == 0:
      (rule, what) = (
        .labelAreaUnused,
        "lies at the end of the backend: without label-size= the guest does not see \(unseen), and may overwrite the label area"
      )
      facts = nil
    case geometry.mappedSize:
      (rule, what) = (
        .labelAreaOther,
        "lies at the end of the backend: with another label size the "
          + "guest does not see \(unseen)"
      )
      facts = (size.precise, ByteCount(geometry.labelSize).precise)
    case length:
      (rule, what) = (
        .labelAreaBehind,
        "lies at the end of the backend, but QEMU looks for labels at the end of size=: the "
          + "guest does not see \(unseen)"
      )
    default:
      (rule, what) = (.labelAreaElsewhere, "was made for another size=: the guest does not see \(unseen)")
      if area?.indexes.current == nil {
        command = MigrationCommand(path: path, mappedSize: located.end, labelSize: UInt64(located.size))
          .hint(.repair(isPlan: true))
      } else if length == geometry.mappedSize {
        command = MigrationCommand(path: path).hint(.relocate(from: located.end))
      }
    }
    return Finding(
      rule, "\(place) \(what)", stored: facts?.stored, expected: facts?.expected, offset: located.offset, hint: command,
      settings: (located.end == geometry.mappedSize ? [] : [.mappedSize(located.end)])
        + [.labelSize(UInt64(located.size))])
  }
}
