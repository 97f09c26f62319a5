import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// The layout of a backend, and its differences from the sealed one.
struct LayoutAnswer {
  let path: String
  /// The present fingerprint, with the values that the next start uses.
  let fingerprint: LayoutFingerprint
  /// The sealed fingerprint; `nil` if the backend has just been sealed.
  let sealed: LayoutFingerprint?
  let place: LayoutSeal.Place
  let findings: [Finding]

  var status: ExitStatus {
    switch findings.map(\.severity).max() {
    case .error: .damaged
    case .warning: .irregular
    case .note, nil: .done
    }
  }

  /// Prints the answer, or only the findings if the output is quiet.
  func print(_ output: AnswerOptions) throws {
    if output.json {
      try StandardStream.answer(json)
    } else if !output.quiet {
      try StandardStream.answer(text)
    } else {
      for finding in findings { StandardStream.diagnose(finding, of: ResizeGuard.programName, about: path) }
    }
  }
}

extension LayoutAnswer {
  /// Compares `backend` with its fingerprint. Throws if it has none, because an unchecked backend must not count as
  /// good. `isAlone` means that the options apply to no other backend.
  init(verifying backend: borrowing Backend, _ start: StartOptions, isAlone: Bool = true) throws {
    let path = backend.path.string
    guard let seal = try start.seal(of: backend) else {
      throw CommandFailure(
        .incomplete, path, "there is no layout fingerprint",
        hint: LayoutVerification.sealing(path, sidecar: start.sidecar))
    }
    let now = try start.fingerprint(of: backend, sealed: seal.isOfPredecessor(of: backend) ? nil : seal.fingerprint)
    self.init(
      path: path, fingerprint: now, sealed: seal.fingerprint, place: seal.place,
      findings: seal.verification(of: backend, now).findings.map { isAlone ? $0.inOwnOptions : $0.withoutSettings })
  }
}

extension Finding {
  /// This finding with the same call for a hint, but for what its settings, which are in QEMU's words, change in it.
  var inOwnOptions: Finding {
    guard !settings.isEmpty else { return self }
    return withoutSettings.with(
      hint: .command(
        settings.reduce(.typed(ResizeGuard.programName)) { call, setting in
          switch setting {
          case .mappedSize(let size): call.with("--size", ByteCount(size).argument)
          case .alignment(let size?) where size > 0: call.with("--align", ByteCount(size).argument)
          case .alignment: call.without("--align")
          case .labelSize(let size): call.with("--label-size", size.map { ByteCount($0).argument } ?? "none")
          case .slot(let slot?): call.with("--slot", "\(slot)")
          case .slot(nil): call.without("--slot")
          case .slotCount, .shared, .keepsData, .address, .virtioAddress: call
          }
        }))
  }
}

extension LayoutAnswer {
  var json: JSONValue {
    .object([
      ("format", .format), ("path", .text(path)), ("layout", fingerprint.answer), ("sealed", sealed?.answer ?? .null),
      ("place", .text(placeText)), ("findings", JSONValue(findings) { $0.json(about: path) }),
      ("status", JSONValue(status.rawValue)),
    ])
  }
}

extension LayoutFingerprint {
  /// The fingerprint in the terms of all answers, which differ from those of its stored form.
  fileprivate var answer: JSONValue {
    let offset = labelSize == 0 ? nil : size.subtractingReportingOverflow(labelSize).partialValue
    return JSONValue(present: [
      ("file_size", JSONValue(length)), ("mapped_size", JSONValue(size)), ("guest_size", JSONValue(region)),
      ("alignment", align == 0 ? .null : JSONValue(align)), ("dimm_slot", JSONValue(slot)),
      ("qemu_version", .text(qemu)), ("arch", .text(arch.rawValue)),
      (
        "label_area",
        .object([
          ("size", JSONValue(labelSize)), ("offset", JSONValue(offset)),
          ("version", JSONValue(labels?.version?.rawValue)),
          ("sequence", JSONValue(labels?.generation)), ("labels", JSONValue(labels?.count)),
          ("checksum", JSONValue(labels?.checksum.hex)),
        ])
      ),
      (
        "namespaces",
        JSONValue(labels?.namespaces ?? []) {
          .object([("uuid", .text($0.uuid.lowercased)), ("dpa", JSONValue($0.dpa)), ("size", JSONValue($0.size))])
        }
      ),
      ("file", file.map { .object([("inode", JSONValue($0.inode)), ("modified", JSONValue($0.modified))]) } ?? .null),
    ])
  }
}

extension LayoutAnswer {
  var text: String {
    var lines = ["\(path.escapedForTerminal): \(title)"]
    lines.append("  \(facts)")
    lines.append("  in \(placeText.escapedForTerminal)")
    for finding in findings {
      lines.append("  \(finding)")
      if let hint = finding.hintLine { lines.append("    \(hint)") }
    }
    return lines.joined(separator: "\n")
  }

  private var title: String {
    guard sealed != nil else { return "layout sealed" }
    return findings.isEmpty ? "laid out as sealed" : "not as sealed"
  }

  private var facts: String {
    let shown = sealed ?? fingerprint
    let labelOffset = (shown.size &- shown.labelSize).hex
    let labels =
      shown.labelSize == 0
      ? "no labels" : "label area \(ByteCount(shown.labelSize)) at \(labelOffset)\(labelNote(shown))"
    let align = shown.align == 0 ? "" : ", alignment \(ByteCount(shown.align))"
    let slot = shown.slot.map { ", slot \($0)" } ?? ""
    let sizes = "file size \(ByteCount(shown.length)), mapped size \(ByteCount(shown.size))"
    return "\(sizes), \(labels)\(align), guest size \(ByteCount(shown.region))\(slot)"
      + ", QEMU \(shown.qemu.escapedForTerminal) on \(shown.arch.rawValue)"
  }

  private func labelNote(_ shown: LayoutFingerprint) -> String {
    guard let labels = shown.labels, labels.version != nil else { return "" }
    return " (sequence \(labels.generation), \(labels.count) \(labels.count == 1 ? "namespace" : "namespaces"))"
  }

  private var placeText: String {
    switch place {
    case .attribute: LayoutSeal.attribute
    case .file(let path): path.string
    }
  }
}
