import BackendStorage
import VNVDIMMCore

/// The label area of a backend: where it is, where QEMU looks for it, and what is in it.
struct LabelExamination {
  enum Source: String, Encodable {
    case given
    case found
    case none
  }

  let source: Source
  /// L as QEMU gets it; nil where the device has no labels.
  let size: UInt64?
  /// The area that QEMU will use, once it was read.
  private(set) var area: LabelArea?
  private(set) var findings: [Finding] = []
  /// Why the area could not be read.
  private(set) var error: BackendError?

  /// An area that lies at the end of what QEMU maps, failing that at the end of the backend, failing that anywhere.
  private let located: LocatedLabelArea?

  /// Settles the label size, looking for an area among the first `mappedSize` bytes and at the end of the backend.
  init(_ option: LabelSizeOption, mappedSize: UInt64, in examination: borrowing BackendExamination) {
    var located: LocatedLabelArea?
    if let length = examination.state.length, length > 0, mappedSize > 0 {
      do throws(BackendError) {
        located = try Self.locate(length, mappedSize, in: examination)
      } catch {
        self.error = error
      }
    }
    self.located = located
    switch option {
    case .none:
      source = .none
      size = nil
    case .exactly(let bytes):
      source = .given
      size = bytes
    case .automatic:
      size = located.flatMap { $0.end == mappedSize ? UInt64($0.size) : nil }
      source = size == nil ? .none : .found
    }
  }

  private static func locate(
    _ length: UInt64, _ mappedSize: UInt64, in examination: borrowing BackendExamination
  ) throws(BackendError) -> LocatedLabelArea? {
    if mappedSize <= length, case .found(let area) = try examination.locateLabelArea(mappedSize: mappedSize),
      area.isIntact, area.end == mappedSize
    {
      return area
    }
    guard case .found(let area) = try examination.locateLabelArea(mappedSize: nil), area.isIntact else { return nil }
    return area
  }

  /// Reads the area that QEMU will use, verifies it for the DIMM in `slot`, and compares it with the one located.
  ///
  /// Where nobody has said which slot it is, the labels are believed, if they are those of any virtual DIMM.
  mutating func verify(
    in examination: borrowing BackendExamination, geometry: BackendGeometry?, slot: Int?, isSlotGiven: Bool
  ) {
    guard let geometry, let length = examination.state.length else { return }
    compare(with: geometry, length: length)
    guard let offset = geometry.labelOffset, length >= geometry.mappedSize,
      let count = Int(exactly: geometry.labelSize), count <= LabelGeometry.largestArea
    else { return }
    do throws(BackendError) {
      let bytes = try examination.read(at: offset, count: count)
      guard let area = try? LabelArea(bytes) else { return }
      let slot = isSlotGiven ? slot : Self.slot(of: area) ?? slot
      let dimm = LabelledDIMM(
        regionSize: geometry.regionSize, cookie: slot.map { InterleaveSetCookie(virtualSlot: $0) })
      findings += LabelVerification(area, dimm: dimm).findings
      self.area = area
    } catch {
      self.error = error
    }
  }

  private mutating func compare(with geometry: BackendGeometry, length: UInt64) {
    guard let located, located.offset != geometry.labelOffset else { return }
    let size = ByteCount(UInt64(located.size))
    let area = "a label area of \(size) at \(located.offset.hex)"
    let finding =
      switch located.end {
      case geometry.mappedSize where geometry.labelSize == 0:
        Finding(
          BackendRule.labelAreaUnused,
          "\(area) ends the backend, and without label-size= it is the guest's to overwrite",
          offset: located.offset, hint: "label-size=\(located.size)")
      case geometry.mappedSize:
        Finding(
          BackendRule.labelAreaOther,
          "\(area) ends the backend: with another label size the guest does not see its labels",
          stored: size.precise, expected: ByteCount(geometry.labelSize).precise, offset: located.offset,
          hint: "label-size=\(located.size)")
      case length:
        Finding(
          BackendRule.labelAreaBehind,
          "\(area) ends with the backend, and QEMU looks for labels at the end of size=: the guest does not see what "
            + "its labels describe", stored: located.end.hex, expected: geometry.mappedSize.hex,
          offset: located.offset, hint: "size=\(located.end),label-size=\(located.size)")
      default:
        Finding(
          BackendRule.labelAreaElsewhere,
          "\(area) was made for another size=: the guest does not see what its labels describe",
          stored: located.end.hex, expected: geometry.mappedSize.hex, offset: located.offset,
          hint: "size=\(located.end),label-size=\(located.size)")
      }
    findings.append(finding)
  }

  /// The slot that the labels themselves belong to, by the cookie of the first one in use.
  static func slot(of area: LabelArea) -> Int? {
    area.validLabels.first.flatMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }
  }
}
