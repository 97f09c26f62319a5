public import Basics

/// The known properties of the DIMM that a label area belongs to.
public struct LabelledDIMM: Hashable, Sendable {
  /// Bytes of the region that the DIMM alone backs; nil where only the area is at hand.
  public let regionSize: UInt64?
  /// The cookies that its labels must carry; nil where its slot is not known.
  public let cookie: InterleaveSetCookie?

  /// A DIMM with a region of `regionSize` bytes whose labels must carry `cookie`.
  public init(regionSize: UInt64?, cookie: InterleaveSetCookie?) {
    self.regionSize = regionSize
    self.cookie = cookie
  }

  /// What brings the labels of a DIMM in slot `other` and this DIMM together, as a hint: its slot, or their cookies.
  func remedy(forLabelsOfSlot other: Int, _ command: MigrationCommand?) -> Hint? {
    guard let slot = cookie.flatMap({ InterleaveSetCookie.virtualSlot(of: $0.v1_2) }) else { return nil }
    return command?.hint(.move(slot: slot)) ?? (slot == other ? nil : .options("slot=\(other)"))
  }
}

/// The kind of structures in the label slots. Linux chooses it by the driver of the device, not by the version in the index
/// block.
public enum LabelLayout: Hashable, Sendable {
  /// Labels of an NVDIMM: ``NamespaceLabel``.
  case nvdimm
  /// Labels of a CXL device: ``CXLLabel``.
  case cxl
}

/// Everything that is wrong or unusual in a label area, field by field.
///
/// Sets of one DIMM are checked, which is what virtual DIMMs are. Errors are what makes Linux hide a label, or
/// refuse a DIMM or a region: without one, `RegionProbe` shows every label.
public struct LabelVerification: Sendable {
  /// What was found: index blocks first, then labels. Offsets are bytes of the label area.
  public private(set) var findings: [Finding] = []

  /// Findings of one rule that are listed one by one: a hostile area can break a rule in each of its slots, and
  /// the report must stay readable and its memory small.
  public static let limitPerRule = 32

  let area: LabelArea
  let dimm: LabelledDIMM
  /// Whose labels they are, where their bytes do not tell: those of an NVDIMM under a block of version 2.1 are
  /// read as NVDIMM labels.
  let layout: LabelLayout
  /// The kernel of the guest that reads them.
  let linux: LinuxRelease
  /// What changes the area, for hints.
  let command: MigrationCommand?
  private var counts: [LabelRule: Int] = [:]

  /// Verifies `area`, whose slots hold the structures of `layout`, as the label area of `dimm` that `linux` reads.
  public init(
    _ area: LabelArea, dimm: LabelledDIMM, layout: LabelLayout = .nvdimm, linux: LinuxRelease = .newest
  ) {
    self.init(area, dimm: dimm, layout: layout, linux: linux, command: nil)
  }

  /// This verification with hints that call `command`.
  package init(
    _ area: LabelArea, dimm: LabelledDIMM, layout: LabelLayout = .nvdimm, linux: LinuxRelease = .newest,
    command: MigrationCommand?
  ) {
    self.area = area.read(by: linux)
    self.linux = linux
    self.dimm = dimm
    self.layout = layout
    self.command = command
    verifyIndexes()
    switch layout {
    case .nvdimm: verifyLabels()
    case .cxl: verifyCXLLabels()
    }
    for (rule, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > Self.limitPerRule {
      findings.append(Finding(rule, "\(count - Self.limitPerRule) more findings of this rule"))
    }
  }

  /// Adds the finding that a field holds `stored` where it ought to hold `expected`. The texts are made only if
  /// the finding is listed.
  mutating func add(
    _ rule: LabelRule, _ place: Place, _ fact: @autoclosure () -> String, severity: Finding.Severity? = nil,
    stored: @autoclosure () -> String? = nil, expected: @autoclosure () -> String? = nil,
    hint: @autoclosure () -> Hint? = nil
  ) {
    counts[rule, default: 0] += 1
    guard counts[rule, default: 0] <= Self.limitPerRule else { return }
    findings.append(
      Finding(
        rule, "\(place.structure): \(fact())", severity: severity, stored: stored(), expected: expected(),
        offset: UInt64(place.offset), hint: hint()))
  }

  /// Where in the area a finding is.
  struct Place {
    /// `index block 0`, `slot 3`.
    let structure: String
    let offset: Int
  }

  func place<Value>(_ field: Field<Value>, inSlot slot: Int) -> Place { place(field.offset, inSlot: slot) }

  func place(_ offset: Int, inSlot slot: Int) -> Place {
    Place(structure: "slot \(slot)", offset: area.geometry.offset(ofSlot: slot) + offset)
  }

  func place(_ offset: Int, inIndex number: Int) -> Place {
    Place(structure: "index block \(number)", offset: area.geometry.indexOffset(number) + offset)
  }

  func place<Value>(_ field: Field<Value>, inIndex number: Int) -> Place { place(field.offset, inIndex: number) }
}
