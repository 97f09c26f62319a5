import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// One call of the program: the label area to show, and the form. The defaults are those of a call with only a path.
struct LabelDumpRequest {
  enum Form {
    case text, json, map
    /// The bytes of the area.
    case raw
  }

  private let path: String
  /// L and S in bytes; `nil` if they have to be found.
  var labelSize: UInt64?
  var mappedSize: UInt64?
  /// The slot of the DIMM; `nil` for the slot of its labels.
  var slot: Int?
  var boot = BootKind.cold
  var linux = LinuxRelease.newest
  var listsFreeSlots = false
  var form = Form.text
  /// Whether to report what is wrong, and how Linux treats it.
  var isVerified = false
  var picture: PictureFile?
  var isCXL = false
  /// The serial number of the CXL device; `nil` for the one in its labels.
  var serialNumber: UInt64?

  init(_ path: String) { self.path = path }

  /// Prints the answer; exits with a status if verification finds damage.
  func run() throws {
    let backend = try Backend(path: FilePath(path))
    try backend.checkSettled()
    let source: LabelAreaSource
    do {
      source = try LabelAreaSource(
        backend,
        mappedSize: labelSize == nil ? LabelAreaUse.searchEnd(in: backend, mappedSize: mappedSize) : mappedSize,
        labelSize: labelSize, command: .typed(LabelDump.programName))
    } catch let failure as CommandFailure {
      // Without an area there is nothing to show, but what the guest misses can be told.
      guard isVerified, form == .text, failure.status == .unsupported else { throw failure }
      let findings = report
      guard findings.contains(where: { NamespaceRule(rawValue: $0.rule.id)?.severity == .error }) else { throw failure }
      try StandardStream.answer(findings.listing.joined(separator: "\n"))
      return try leave(findings)
    }
    guard form != .raw else { return try StandardStream.answer(bytes: source.bytes) }
    let area: LabelArea
    do { area = try LabelArea(source.bytes, under: linux) } catch { throw error.failure(at: path) }
    let mayBeCXL = isCXL || source.regionSize == nil && slot == nil
    let isWrittenByLinux = mayBeCXL && area.isOfCXLRegion
    if serialNumber != nil, !isWrittenByLinux {
      throw CommandFailure(
        .usage, path, "has no labels of a CXL device, for which --serial is meant",
        hint: .command("vnvdimm-label-dump", path: path))
    }
    if !isWrittenByLinux, isCXL || source.regionSize == nil && area.claimsCXL {
      try show(CXLExamination(source, area))
    } else {
      let use =
        source.regionSize == nil ? nil : try LabelAreaUse(of: source, in: backend, mappedSize: mappedSize)
      let isJudged = use != nil && !isWrittenByLinux && (isVerified || use?.other != nil)
      let examination = Examination(
        source, area, use: use, slot: slot, boot: boot, linux: linux, isOfCXLDevice: isWrittenByLinux,
        serialNumber: serialNumber, report: isJudged ? report : nil,
        condition: source.regionSize == nil ? .none : KeptCondition(beside: backend))
      if let picture { try picture.write(MapDrawing(examination), mode: backend.modeOfCopies) }
      try show(examination)
    }
  }

  /// The findings of vnvdimm-check about a guest that has the backend as these options say, without those that are about
  /// the state of the host.
  private var report: [Finding] {
    var start = PathStart()
    start.mappedSize = mappedSize
    start.labelSizes = labelSize.map { [.exactly($0)] } ?? []
    start.slotNumbers = slot.map { [$0] } ?? []
    start.namesRelease = false
    let asked = AskedRules.all(of: [], on: .x86_64, linux: linux)[0]
    let host = HostView()
    return MachineReport(start.start(of: [path], under: asked.rules, on: host), under: asked.rules, on: host)
      .allFindings.map(\.finding).filter { HostRule(rawValue: $0.rule.id) == nil }
  }

  private func show(_ examination: Examination) throws {
    switch form {
    case .json: try StandardStream.answer(examination.json)
    case .map:
      try StandardStream.answer(
        painted: MapText(examination, paint: .standardOutput).text + tail(examination.findings).linesEscapedForTerminal)
    case .text, .raw:
      let text = DumpText(examination, listsFreeSlots: listsFreeSlots)
      try StandardStream.answer(text.area + (isVerified ? text.verification : examination.findings.summary))
    }
    try leave(examination.findings)
  }

  private func show(_ examination: CXLExamination) throws {
    guard form != .map, picture == nil else {
      throw CommandFailure(
        .unsupported, path, "pictures show NVDIMMs only", hint: .command("vnvdimm-label-dump", path: path))
    }
    if form == .json {
      try StandardStream.answer(examination.json)
    } else {
      let text = CXLText(examination: examination, listsFreeSlots: listsFreeSlots).text
      try StandardStream.answer(text + tail(examination.findings))
    }
    try leave(examination.findings)
  }

  private func tail(_ findings: [Finding]) -> String {
    isVerified ? "\n\n" + findings.listing.joined(separator: "\n") : findings.summary
  }

  /// Exits with the status of the verification.
  private func leave(_ findings: [Finding]) throws {
    guard isVerified, let worst = findings.map(\.severity).max() else { return }
    switch worst {
    case .error: throw ExitStatus.damaged.exitCode
    case .warning: throw ExitStatus.irregular.exitCode
    case .note: return
    }
  }
}
