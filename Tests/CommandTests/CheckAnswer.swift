import Foundation
import TestSupport

/// The JSON that `vnvdimm-check --json` prints for one backend.
struct CheckAnswer: Decodable {
  struct Prediction: Decodable {
    struct Change: Decodable, Equatable {
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
    let change: Change?
    let warnings: [String]
    let devices: [Device]
  }

  struct Geometry: Decodable {
    let size: UInt64
    let label_size: UInt64
    let label_offset: UInt64?
    let region: UInt64
    let gap: UInt64
    let tail: UInt64?
  }

  struct Labels: Decodable {
    let source: String
    let slots: Int?
    let used: [Int]?
    let slot: Int?
  }

  struct Finding: Decodable {
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

  let format: Int
  let path: String
  let length: UInt64?
  let geometry: Geometry?
  let labels: Labels
  let contents: [Contents]
  let prediction: Prediction
  let error: String?
  let findings: [Finding]
  let status: Int32

  var rules: [String] { findings.map(\.rule) }

  /// What `run` printed: one document for each backend.
  static func all(of run: ProgramRun) throws -> [CheckAnswer] {
    if let single = try? JSONDecoder().decode(CheckAnswer.self, from: run.output) { return [single] }
    return try run.text.split(separator: "\n").map { line in
      try JSONDecoder().decode(CheckAnswer.self, from: Data(line.utf8))
    }
  }

  /// Checks `arguments` in `folder`; also gives the exit status.
  static func one(_ arguments: [String], in folder: URL) throws -> (answer: CheckAnswer, run: ProgramRun) {
    let run = try ProgramRun("vnvdimm-check", ["--json"] + arguments, in: folder)
    guard let answer = try all(of: run).first else { throw CocoaError(.coderReadCorrupt) }
    return (answer, run)
  }
}
