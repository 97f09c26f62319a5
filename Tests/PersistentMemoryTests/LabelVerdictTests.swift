import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

@Suite("Verdicts on labels")
struct LabelVerdictTests {
  /// The part of a verdict that sysfs shows as well.
  struct Shown: Hashable, CustomStringConvertible {
    let uuid: String?
    let name: String
    let size: UInt64
    let dpa: UInt64?

    var description: String { "\(uuid ?? "no uuid") '\(name)' \(size) at \(dpa.map(String.init) ?? "?")" }
  }

  static func predicted(_ area: LabelArea, _ dimm: LabelCase.DIMM, _ boot: BootKind) -> (RegionProbe, [Shown]) {
    let probe = RegionProbe(
      area, regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot), boot: boot)
    switch probe.outcome {
    case .namespaces(let namespaces):
      return (probe, namespaces.map { Shown(uuid: $0.uuid.lowercased, name: $0.name, size: $0.size, dpa: $0.dpa) })
    case .labelless: return (probe, [Shown(uuid: nil, name: "", size: dimm.dataSize, dpa: 0)])
    case .refused: return (probe, [])
    }
  }

  /// Whether DIMM and region are each disabled according to `ndctl list`.
  static func disabled(_ recorded: LabelCase, _ dimm: LabelCase.DIMM) throws -> (dimm: Bool, region: Bool) {
    let list = try recorded.list
    let dimms = try #require(list["dimms"] as? [[String: Any]])
    let regions = try #require(list["regions"] as? [[String: Any]])
    let (name, region) = ("nmem\(dimm.slot)", "region\(dimm.slot)")
    return (
      dimms.contains { $0["dev"] as? String == name && $0["state"] as? String == "disabled" },
      regions.contains { $0["dev"] as? String == region && $0["state"] as? String == "disabled" }
    )
  }

  @Test("what Linux showed, hid and refused is what we say", arguments: LabelCase.all)
  func corpus(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let area = try LabelArea(recorded.area(of: dimm))
      let boot = try #require(BootKind(rawValue: dimm.boot))
      let (probe, predicted) = Self.predicted(area, dimm, boot)
      let expected = recorded.namespaces.filter { $0.region == dimm.slot && $0.size > 0 }.map {
        Shown(uuid: $0.uuid, name: $0.name, size: $0.size, dpa: $0.dpa)
      }
      #expect(Set(predicted) == Set(expected))
      #expect(predicted.count == expected.count)

      let disabled = try Self.disabled(recorded, dimm)
      #expect((probe.members[0].refusal != nil) == disabled.dimm)
      // The script of the recording disabled this region explicitly before it wrote zeros over the index blocks.
      let byHand = recorded.path == "kernel/trace_dsm_v12"
      if case .refused = probe.outcome { #expect(disabled.region) } else { #expect(!disabled.region || byHand) }
    }
  }

  @Test("a label is shown exactly where its namespace is", arguments: LabelCase.all)
  func verdicts(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let area = try LabelArea(recorded.area(of: dimm))
      let boot = try #require(BootKind(rawValue: dimm.boot))
      let (probe, predicted) = Self.predicted(area, dimm, boot)
      #expect(probe.verdicts[0].map(\.slot) == area.usedSlots)
      let shown = probe.verdicts[0].filter { $0.verdict == .shown }
      #expect(Set(shown.compactMap { area.label(in: $0.slot)?.uuid.lowercased }) == Set(predicted.compactMap(\.uuid)))
    }
  }

  @Test("where the DIMM comes up, it makes no difference whether it had labels before", arguments: LabelCase.all)
  func boots(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let area = try LabelArea(recorded.area(of: dimm))
      guard DIMMProbe(area).outcome == .labelled else { continue }
      #expect(Self.predicted(area, dimm, .cold).0.outcome == Self.predicted(area, dimm, .warm).0.outcome)
    }
  }
}
