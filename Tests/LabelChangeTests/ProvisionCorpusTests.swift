import Basics
import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// The ndctl 76.1 commands that were run, and the resulting area of Tests/Corpus/labels.
struct ProvisionedCase: CustomTestStringConvertible, Sendable {
  let name: String
  let version: LabelVersion
  let namespaces: [String]
  var slot = 0
  /// Whether namespaces were destroyed in between, so that the numbers of the others do not follow their order.
  var isRenumbered = false

  var testDescription: String { "\(name) slot \(slot)" }

  static let all = [
    ProvisionedCase(name: "raw_v11", version: .v1_1, namespaces: ["raw"]),
    ProvisionedCase(name: "raw_v12", version: .v1_2, namespaces: ["raw"]),
    ProvisionedCase(name: "sector512_v11", version: .v1_1, namespaces: ["sector,sector-size=512"]),
    ProvisionedCase(name: "sector4096_v11", version: .v1_1, namespaces: ["sector,sector-size=4096"]),
    ProvisionedCase(name: "sector4096_v12", version: .v1_2, namespaces: ["sector"]),
    ProvisionedCase(name: "sector4224", version: .v1_2, namespaces: ["sector,sector-size=4224"]),
    ProvisionedCase(name: "fsdax_dev_v11", version: .v1_1, namespaces: ["fsdax,map=dev"]),
    ProvisionedCase(name: "fsdax_dev_v12", version: .v1_2, namespaces: ["fsdax"]),
    ProvisionedCase(name: "fsdax_mem_v11", version: .v1_1, namespaces: ["fsdax,map=mem"]),
    ProvisionedCase(name: "fsdax_mem_v12", version: .v1_2, namespaces: ["fsdax,map=mem,align=2M"]),
    ProvisionedCase(name: "devdax_mem_v11", version: .v1_1, namespaces: ["devdax,map=mem"]),
    ProvisionedCase(name: "devdax_mem_v12", version: .v1_2, namespaces: ["devdax,map=mem"]),
    ProvisionedCase(
      name: "five_ns_mixed", version: .v1_2,
      namespaces: [
        "raw,size=16M,name=n-raw", "sector,sector-size=512,size=32M,name=n-btt512",
        "sector,sector-size=4096,size=32M,name=n-btt4k", "fsdax,size=64M,name=n-fsdax",
        "devdax,size=96M,name=n-devdax",
      ]),
    ProvisionedCase(name: "cycle_1_create", version: .v1_2, namespaces: ["raw,size=32M,name=last"]),
    ProvisionedCase(name: "cycle_3_create", version: .v1_2, namespaces: ["raw,size=32M,name=last"]),
    ProvisionedCase(
      name: "fragmented", version: .v1_2,
      namespaces: [
        "raw,size=16M,name=f0", "raw,size=16M,name=hole16", "raw,size=16M,name=f2", "raw,size=32M,name=hole32",
        "raw,size=16M,name=f5",
      ], isRenumbered: true),
    ProvisionedCase(name: "ls_160k_v11", version: .v1_1, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_160k_v12", version: .v1_2, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_192k_v12", version: .v1_2, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_256k_v11", version: .v1_1, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_256k_v12", version: .v1_2, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_1m_v11", version: .v1_1, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_1m_v12", version: .v1_2, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_2m_v11", version: .v1_1, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "ls_2m_v12", version: .v1_2, namespaces: ["fsdax,size=64M,name=a", "raw,name=b"]),
    ProvisionedCase(name: "name_sysfs", version: .v1_2, namespaces: ["raw,name=renamed"]),
    ProvisionedCase(name: "name_utf8", version: .v1_2, namespaces: ["raw,name=pérsist ☃ name"]),
    ProvisionedCase(
      name: "uuid_fixed", version: .v1_2, namespaces: ["raw,name=fixed,uuid=01234567-89ab-cdef-0123-456789abcdef"]),
    ProvisionedCase(name: "dimm2_misaligned", version: .v1_2, namespaces: ["fsdax"]),
    ProvisionedCase(name: "rename_0", version: .v1_2, namespaces: ["raw,name=r"]),
    ProvisionedCase(name: "rename_1", version: .v1_2, namespaces: ["raw,name=r0"]),
    ProvisionedCase(name: "rename_2", version: .v1_2, namespaces: ["raw,name=r1"]),
    ProvisionedCase(name: "two_dimms", version: .v1_2, namespaces: ["fsdax,name=on0"]),
    ProvisionedCase(name: "two_dimms", version: .v1_2, namespaces: ["devdax,name=on1"], slot: 1),
    ProvisionedCase(name: "two_dimms_mixed", version: .v1_2, namespaces: ["raw,size=32M"]),
    ProvisionedCase(name: "two_dimms_mixed", version: .v1_1, namespaces: ["raw,size=48M"], slot: 1),
    ProvisionedCase(name: "two_dimms_one_zero", version: .v1_2, namespaces: ["raw,size=32M"], slot: 1),
    ProvisionedCase(name: "two_dimms_v11", version: .v1_1, namespaces: ["raw,name=on0"]),
    ProvisionedCase(name: "two_dimms_v11", version: .v1_1, namespaces: ["raw,name=on1"], slot: 1),
    ProvisionedCase(name: "write_labels", version: .v1_2, namespaces: ["raw,name=saved"]),
  ]

  /// The recorded areas that a list of namespaces does not determine, each with the reason.
  static let undetermined: [(areas: [String], reason: String)] = [
    (
      ["init_default 0", "init_v11 0", "init_v12 0"],
      "no namespace: LabelIndexTests compares all of the area"
    ),
    (
      ["cycle_1 0", "cycle_2 0", "cycle_3 0", "init_over_v12 0", "trace_dsm_v12 0", "trace_fsdax_v11 0"],
      "every namespace is destroyed: what is left of them in free slots is all there is"
    ),
    (
      ["dimm2_misaligned 1", "ls_256k_zeroed 0", "two_dimms_one_zero 0", "zero_labels 0", "zeroed 0"],
      "zeros, or no namespace was made"
    ),
    (
      [
        "mid_k01 0", "mid_k06 0", "mid_k07 0", "mid_k09 0", "mid_k10 0", "mid_k11 0", "mid_k17 0", "mid_k22 0",
        "mid_t120 0", "mid_t237 0",
      ], "the machine was killed amid changes"
    ),
    (
      [
        "cold_both_cksum 0", "cold_l_cookie_all 0", "cold_l_dup 0", "cold_l_dup_ext 0", "cold_l_end_out 0",
        "cold_l_f_upd_all 0", "cold_l_overlap 0", "cold_zero_slot0 0", "off_v11_1m 0", "off_v12_1m 0",
        "off_v12_modify 0",
      ], "neither ndctl nor the kernel wrote the labels"
    ),
    (["autolabel 0"], "the label has no sector size, as that of a region which had none before"),
    (["dpa_hole 0"], "a namespace was destroyed, and left a hole"),
    (["reconfigure 0"], "the label keeps the sector size of the mode that the namespace had before"),
    (["slots_exhausted 0"], "one namespace more than there are slots for: its label stayed UPDATING"),
  ]
}

/// The plan of a case, with the uuids that ndctl drew, and ndctl's own result.
struct ProvisionedBackend {
  let plan: ProvisioningPlan
  let recorded: LabelArea
  /// The non-empty namespaces of `ndctl list`, in the order of their numbers.
  let listed: [NSDictionary]
  let blocks: [RecordedInfoBlock]

  init(_ provisioned: ProvisionedCase) throws {
    let corpus = try LabelCase("kernel/\(provisioned.name)")
    let dimm = try #require(corpus.dimms.first { $0.slot == provisioned.slot })
    recorded = try LabelArea(corpus.area(of: dimm))
    let prefix = "\(provisioned.name)/dimm\(provisioned.slot)_"
    blocks = RecordedInfoBlock.all.filter { $0.case.hasPrefix(prefix) }
    let regions = try corpus.list["regions"] as? [NSDictionary] ?? []
    let region = try #require(regions.first { $0["dev"] as? String == "region\(provisioned.slot)" })
    listed = (region["namespaces"] as? [NSDictionary] ?? []).filter { $0["size"] as? UInt64 != 0 }
      .sorted { ($0["dev"] as? String ?? "") < ($1["dev"] as? String ?? "") }

    var uuids: [UUID] = []
    for label in recorded.validLabels.sorted(by: { $0.dpa < $1.dpa }) {
      uuids.append(label.uuid)
      if let block = blocks.first(where: { $0.dpa == label.dpa }) { uuids.append(UUID(block.bytes, at: 16)) }
    }
    var rest = uuids[...]
    let labelSize = UInt64(dimm.labelSize)
    plan = try ProvisioningPlan(
      provisioned.namespaces.map { try NamespaceSpecification(parsing: $0) },
      for: ProvisioningTarget(
        geometry: BackendGeometry(mappedSize: dimm.dataSize + labelSize, labelSize: labelSize),
        version: provisioned.version, slot: provisioned.slot)
    ) { rest.popFirst() ?? .zero }
  }
}

extension ProvisioningPlan {
  /// The label area after the plan's writes.
  var area: LabelArea {
    get throws {
      let start = try #require(target.geometry.labelOffset)
      var bytes = [UInt8](repeating: 0, count: Int(target.geometry.labelSize))
      for write in writes where write.offset >= start {
        let offset = Int(write.offset - start)
        bytes.replaceSubrange(offset..<offset + write.bytes.count, with: write.bytes)
      }
      return try LabelArea(bytes)
    }
  }
}

@Suite("Namespaces made offline are those that ndctl makes")
struct ProvisionCorpusTests {
  @Test("every recorded area is compared, or there is a reason why not")
  func completeness() {
    let areas = LabelCase.all.filter { $0.path.hasPrefix("kernel/") }.flatMap { recorded in
      recorded.dimms.map { "\(recorded.path.dropFirst(7)) \($0.slot)" }
    }
    let compared = ProvisionedCase.all.map { "\($0.name) \($0.slot)" }
    #expect((compared + ProvisionedCase.undetermined.flatMap(\.areas)).sorted() == areas.sorted())
  }

  @Test("labels, but for their slots, to the byte", arguments: ProvisionedCase.all)
  func labels(provisioned: ProvisionedCase) throws {
    let backend = try ProvisionedBackend(provisioned)
    let planned = try backend.plan.area.validLabels
    let recorded = backend.recorded.validLabels
    #expect(planned.count == recorded.count && !recorded.isEmpty)
    for label in recorded {
      var ours = try #require(planned.first { $0.dpa == label.dpa })
      ours.seal(slot: Int(label.slot))
      #expect(ours == label)
    }
  }

  @Test("index blocks, but for sequence numbers and the slots in use", arguments: ProvisionedCase.all)
  func indexes(provisioned: ProvisionedCase) throws {
    let backend = try ProvisionedBackend(provisioned)
    let area = try backend.plan.area
    #expect(area.indexes.defects == [nil, nil])
    #expect(area.usedSlots == Array(0..<backend.plan.namespaces.count))
    for (ours, theirs) in zip(area.indexes.blocks, backend.recorded.indexes.blocks) {
      // Signature and flags; then everything from the offsets to the version.
      #expect(ours.bytes[..<20] == theirs.bytes[..<20])
      #expect(ours.bytes[24..<64] == theirs.bytes[24..<64])
    }
  }

  @Test("info blocks, to the byte", arguments: ProvisionedCase.all)
  func infoBlocks(provisioned: ProvisionedCase) throws {
    let backend = try ProvisionedBackend(provisioned)
    let planned = backend.plan.writes.filter { InfoBlock.Signature(of: $0.bytes) != nil }
    #expect(planned.count == backend.blocks.count)
    for block in backend.blocks {
      #expect(planned.contains { $0.offset == block.offset && $0.bytes == block.bytes })
    }
  }

  @Test("what `ndctl list` says of them", arguments: ProvisionedCase.all.filter { !$0.isRenumbered })
  func predictions(provisioned: ProvisionedCase) throws {
    let backend = try ProvisionedBackend(provisioned)
    #expect(backend.plan.namespaces.count == backend.listed.count)
    for (namespace, listed) in zip(backend.plan.namespaces, backend.listed) {
      func text(_ key: String) -> String? { listed[key] as? String }
      let region = provisioned.slot
      #expect(namespace.name(inRegion: region) == text("dev"))
      #expect(namespace.mode.rawValue == text("mode"))
      #expect(namespace.size == listed["size"] as? UInt64)
      #expect(namespace.uuid.lowercased == text("uuid"))
      #expect(namespace.specification.name == text("name") ?? "")
      if namespace.mode == .devdax {
        let dax = try #require((listed["daxregion"] as? NSDictionary)?["devices"] as? [NSDictionary])
        #expect(dax.compactMap { $0["chardev"] as? String } == [namespace.device(inRegion: region)])
      } else {
        #expect(namespace.device(inRegion: region) == text("blockdev"))
        #expect(UInt64(namespace.specification.sectorSize) == listed["sector_size"] as? UInt64)
      }
      if namespace.mode.superblock != nil {
        #expect(namespace.specification.map.name == text("map"))
        #expect(UInt64(namespace.specification.alignment) == listed["align"] as? UInt64)
        #expect(namespace.labelUUID.lowercased == text("raw_uuid"))
      }
    }
  }
}
