import Basics
import PersistentMemory

extension LabelExamination {
  /// What is wrong with the place of the label area in a backend of `length` bytes; nil where QEMU finds it.
  ///
  /// `geometry` is nil where QEMU does not come as far as to lay the device out.
  func misplacement(_ geometry: BackendGeometry?, length: UInt64) -> Finding? {
    switch search {
    case .nothing: nil
    case .cutOff(let area): area.cutOff(in: path, length: length, hasLabels: option != .none)
    case .ambiguous(let areas) where option == .automatic && areas[0].end == mappedSize: ambiguous(areas)
    case .found, .ambiguous:
      // Of several the one nearest to the end.
      geometry.flatMap { geometry in
        let isFound = search.areas.contains { $0.offset == geometry.labelOffset }
        return isFound ? nil : search.areas.first.flatMap { misplacement(of: $0, geometry, length) }
      }
    }
  }

  private func ambiguous(_ areas: [LocatedLabelArea]) -> Finding {
    let size = ByteCount(UInt64(areas[0].size)).argument
    return Finding(
      BackendRule.labelAreaAmbiguous,
      "more than one label area ends where QEMU looks for one: \(areas.listing)", offset: areas[0].offset,
      hint: "vnvdimm-check --label-size \(size) \(path.shellQuotedPath)")
  }

  private func misplacement(of located: LocatedLabelArea, _ geometry: BackendGeometry, _ length: UInt64) -> Finding {
    let size = ByteCount(UInt64(located.size))
    let area = "a label area of \(size) at \(located.offset.hex)"
    switch located.end {
    case geometry.mappedSize where geometry.labelSize == 0:
      return Finding(
        BackendRule.labelAreaUnused,
        "\(area) ends the backend, and without label-size= it is the guest's to overwrite",
        offset: located.offset, hint: "label-size=\(located.size)")
    case geometry.mappedSize:
      return Finding(
        BackendRule.labelAreaOther,
        "\(area) ends the backend: with another label size the guest does not see its labels",
        stored: size.precise, expected: ByteCount(geometry.labelSize).precise, offset: located.offset,
        hint: "label-size=\(located.size)")
    case length:
      return Finding(
        BackendRule.labelAreaBehind,
        "\(area) ends with the backend, and QEMU looks for labels at the end of size=: the guest does not see what "
          + "its labels describe", stored: located.end.hex, expected: geometry.mappedSize.hex,
        offset: located.offset, hint: "size=\(located.end),label-size=\(located.size)")
    default:
      return Finding(
        BackendRule.labelAreaElsewhere,
        "\(area) was made for another size=: the guest does not see what its labels describe",
        stored: located.end.hex, expected: geometry.mappedSize.hex, offset: located.offset,
        hint: "size=\(located.end),label-size=\(located.size)")
    }
  }
}
