import Foundation
import TestSupport

/// The answer of `vnvdimm-check --json` about one backend in one start.
struct CheckAnswer {
  struct Prediction: Decodable {
    struct Change: Decodable, Equatable {
      let path: String?
      let kind: String
      let from: UInt64?
      let to: UInt64?
    }

    struct Device: Decodable, Equatable {
      struct Facts: Decodable, Equatable {
        let addr: UInt64
        let size: UInt64
        let slot: Int
      }

      let type: String
      let data: Facts
    }

    let outcome: String
    let starts: Bool?
    let message: String?
    let changes: [Change]
    let warnings: [String]
    let devices: [Device]
  }

  struct LabelArea: Decodable {
    let source: String
    let size: UInt64?
    let offset: UInt64?
    let label_slots: Int?
    let used_label_slots: [Int]?
    let dimm_slot: Int?
  }

  struct Finding: Decodable {
    let path: String
    let rule: String
    let severity: String
    let message: String
    let stored: String?
    let expected: String?
    let hint: String?
  }

  struct Contents: Decodable {
    let kind: String
    let namespace: String?
    let partition: Int?
    let offset: UInt64
    let end: UInt64?
  }

  struct Backend: Decodable {
    let id: String
    let path: String
    let error: String?
    let file_size: UInt64?
    let mapped_size: UInt64?
    let guest_size: UInt64?
    let gap: UInt64?
    let tail: UInt64?
    let label_area: LabelArea
    let contents: [Contents]
  }

  /// The JSON document about one start.
  struct Document: Decodable {
    let format: Int
    let program: String
    let status: Int32
    let prediction: Prediction
    let backends: [Backend]
    let findings: [Finding]

    var rules: [String] { findings.map(\.rule) }

    /// One answer for each backend of this start.
    var answers: [CheckAnswer] {
      backends.map { backend in
        CheckAnswer(
          prediction: prediction, backend: backend, findings: findings.filter { $0.path == backend.path },
          machineFindings: findings.filter { $0.path == program }, status: status)
      }
    }
  }

  let prediction: Prediction
  let backend: Backend
  /// Findings about this backend.
  let findings: [Finding]
  /// Findings about the machine as a whole.
  let machineFindings: [Finding]
  /// The exit status for the whole start.
  let status: Int32

  var path: String { backend.path }
  var contents: [Contents] { backend.contents }
  var rules: [String] { findings.map(\.rule) }
  /// The predicted change to the backend's file, or `nil` if the file does not change.
  var change: Prediction.Change? { prediction.changes.first { $0.path == backend.path } }

  /// Returns the documents that `run` printed, one for each start.
  static func documents(of run: ProgramRun) throws -> [Document] {
    if let single = try? JSONDecoder().decode(Document.self, from: run.output) { return [single] }
    return try run.text.split(separator: "\n").map { line in
      try JSONDecoder().decode(Document.self, from: Data(line.utf8))
    }
  }

  /// Returns the answers for each backend of each start that `run` printed.
  static func all(of run: ProgramRun) throws -> [CheckAnswer] { try documents(of: run).flatMap(\.answers) }

  /// Checks `arguments` in `folder` and returns the only answer together with the run.
  static func one(_ arguments: [String], in folder: URL) throws -> (answer: CheckAnswer, run: ProgramRun) {
    let run = try ProgramRun("vnvdimm-check", ["--json"] + arguments, in: folder)
    guard let answer = try all(of: run).first else { throw CocoaError(.coderReadCorrupt) }
    return (answer, run)
  }
}

/// The output of `vnvdimm-check domain --json` for one domain under one release.
struct DomainAnswer: Decodable {
  struct Libvirt: Decodable {
    let starts: Bool
    let stage: String?
    let message: String?
  }

  let libvirt: Libvirt
  /// QEMU's part of the answer, or `nil` if libvirt refuses the domain.
  let qemu: CheckAnswer.Document?
  let qemu_arguments: [String]?
  let status: Int32
}
