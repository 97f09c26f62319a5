import Foundation

/// A label area of Tests/Corpus/labels, with the results of Linux 6.1.192 and ndctl 76.1 for it.
///
/// `kernel` has areas as Linux and ndctl wrote them; `judged` has damaged, torn and unusual ones. The areas are stored
/// without the zeros at their end. `about` tells the origin of the case, and `boot` whether the DIMM had shown labels
/// before since the kernel was booted ("warm") or not ("cold").
package struct LabelCase: Sendable, CustomStringConvertible {
  package struct DIMM: Decodable, Sendable {
    package let file: String
    package let labelSize: Int
    /// The size in bytes of the part of the region that this DIMM backs.
    package let dataSize: UInt64
    package let slot: Int
    package let boot: String
    /// sysfs `state`: active, or idle if the driver refused the DIMM.
    package let state: String
    package let availableSlots: Int?
  }

  /// A namespace as sysfs shows it: `size` is that of the label, not the part that an info block leaves.
  package struct Namespace: Decodable, Sendable {
    package let region: Int
    package let dev: String
    package let uuid: String?
    package let size: UInt64
    package let name: String
    /// 4 for the whole region, without labels; 5 for a namespace from labels.
    package let type: Int
    package let holderClass: String
    package let dpa: UInt64?
  }

  private struct Record: Decodable {
    let about: String
    let dimms: [DIMM]
    let namespaces: [Namespace]
  }

  /// The path of the case, such as `judged/v12_l_overlap`.
  package let path: String
  package let about: String
  package let dimms: [DIMM]
  package let namespaces: [Namespace]

  package var description: String { path }

  package init(_ path: String) throws {
    let record = try JSONDecoder().decode(Record.self, from: Corpus.data("labels/\(path)/case.json"))
    self.path = path
    about = record.about
    dimms = record.dimms
    namespaces = record.namespaces
  }

  /// Every case of the corpus.
  package static let all: [LabelCase] = {
    do {
      return try ["kernel", "judged"].flatMap { kind in
        try Corpus.names(in: "labels/\(kind)").map { try LabelCase("\(kind)/\($0)") }
      }
    } catch { preconditionFailure("the corpus of label areas is damaged: \(error)") }
  }()

  /// Returns the area of `dimm` in its full size.
  package func area(of dimm: DIMM) throws -> [UInt8] {
    let stored = try Corpus.data("labels/\(path)/\(dimm.file)")
    return [UInt8](stored) + [UInt8](repeating: 0, count: dimm.labelSize - stored.count)
  }

  /// The output of `ndctl list -NRDvi`.
  package var list: [String: Any] {
    get throws {
      let data = try Corpus.data("labels/\(path)/list.json")
      return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
  }

  /// Returns the output of `ndctl read-labels -j` about `dimm`.
  package func labels(of dimm: DIMM) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Corpus.data("labels/\(path)/labels.json"))
    let all = object as? [[String: Any]] ?? [object as? [String: Any] ?? [:]]
    return all.first { $0["dev"] as? String == "nmem\(dimm.slot)" } ?? [:]
  }
}
