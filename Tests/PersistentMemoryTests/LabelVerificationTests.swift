import Basics
import PersistentMemory
import TestSupport
import Testing

@Suite("Verification of label areas")
struct LabelVerificationTests {
  static func findings(_ area: LabelArea, _ dimm: LabelCase.DIMM) -> [Finding] {
    LabelVerification(
      area,
      dimm: LabelledDIMM(regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot))
    ).findings
  }

  @Test("errors are found exactly where Linux hides or refuses something", arguments: LabelCase.all)
  func agreesWithLinux(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let area = try LabelArea(recorded.area(of: dimm))
      let probe = RegionProbe(
        area, regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot), boot: .cold)
      let isBlank = area.bytes.allSatisfy { $0 == 0 }
      let isLost = area.indexes.current == nil && !isBlank
      let passedOver: Set<LabelVerdict> = [.shown, .hidden(.labelEmpty)]
      let isHidden = !probe.verdicts[0].allSatisfy { passedOver.contains($0.verdict) }
      let errors = Self.findings(area, dimm).filter { $0.severity == .error }
      #expect(errors.isEmpty == !(isLost || isHidden), "\(errors)")
    }
  }

  /// The rules that each seeded case breaks; it breaks no other rule that counts.
  static let seeded: [(String, [String])] = [
    ("v12_unmodified", []), ("v11_unmodified", []), ("v11_bits_beyond", ["index-bits-beyond-slots"]),
    ("v11_both_cksum", ["index-checksum", "label-index-lost"]),
    ("v12_both_sig", ["index-signature", "label-index-lost"]),
    ("v12_both_seq0", ["index-sequence", "label-index-lost"]), ("v12_cur_sig", ["index-signature"]),
    ("v12_sig_nul", ["index-signature", "label-index-lost"]),
    ("v12_flags", ["index-flags"]), ("v12_labeloff", ["index-label-offset", "label-index-lost"]),
    ("v12_otheroff", ["index-other-offset", "label-index-lost"]),
    ("v12_lsz_512", ["index-label-size", "label-index-lost"]), ("v11_lsz_512", []),
    ("v12_mysize_71", ["index-size", "label-index-lost"]),
    ("v12_nslot_huge", ["index-slot-count", "label-index-lost"]),
    ("v12_nslot_wrap", ["index-slot-count", "label-index-lost"]),
    ("v11_nslot_wrap", ["index-slot-count", "label-index-lost"]),
    ("v11_nslot_small", ["index-bits-beyond-slots"]),
    ("v12_seq_11", ["index-sequence-tie"]), ("v12_seq_33", ["index-sequence-tie"]), ("v12_seq_23", []),
    ("v12_seq_hi", ["index-sequence-bits"]), ("v11_ver_1_0", ["index-version"]),
    ("v11_ver_1_3", ["index-version"]), ("v11_ver_2_1", ["index-version"]),
    ("v11_l_slot", ["label-slot"]), ("v12_l_raw_0", ["label-overlap", "label-zero-size"]),
    ("v12_zero_slot0", ["label-overlap", "label-zero-size"]), ("v12_used_empty", ["label-empty"]),
    ("v11_l_overlap", ["label-overlap"]), ("v12_l_dup", ["label-duplicate-uuid", "label-overlap"]),
    ("v11_l_dup_ext", ["label-duplicate-uuid"]), ("v12_l_cookie_all", ["label-cookie"]),
    ("v11_l_cookie_other", ["label-cookie"]), ("v11_l_dpa_out", ["label-outside-region"]),
    ("v11_l_end_out", ["label-beyond-region"]), ("v12_l_nlabel0", ["label-set-size"]),
    ("v12_l_nlabel2", ["label-set-size"]), ("v12_l_type", ["label-type"]), ("v12_l_type_be", ["label-type"]),
    ("v12_l_f_updating", ["label-updating"]), ("v12_l_f_btt", ["label-flags"]), ("v11_l_f_rolabel", ["label-flags"]),
    ("v11_l_f_unk80", ["label-flags"]), ("v12_l_uuid0", ["label-null-uuid"]),
    ("v12_l_abs_unk", ["label-abstraction"]), ("v12_l_lba7", ["label-sector-size"]),
    ("v12_l_raw_4k", ["label-misaligned"]), ("v11_l_dpa_4k", ["label-misaligned"]), ("v12_l_align", []),
    ("v12_l_resv", []), ("v12_l_raw_36m", []), ("replay_torn_06_64", ["index-checksum"]),
  ]

  @Test("each seeded damage is named", arguments: seeded)
  func seededCases(name: String, rules: [String]) throws {
    let recorded = try LabelCase("judged/\(name)")
    let dimm = recorded.dimms[0]
    let findings = Self.findings(try LabelArea(recorded.area(of: dimm)), dimm)
    #expect(Set(findings.filter { $0.severity > .note }.map(\.rule.id)).sorted() == rules, "\(findings)")
  }

  @Test("findings name the field and its place in the area")
  func places() throws {
    let recorded = try LabelCase("judged/v12_l_nlabel2")
    let found = Self.findings(try LabelArea(recorded.area(of: recorded.dimms[0])), recorded.dimms[0])
    let finding = try #require(found.first { $0.rule.id == "label-set-size" })
    // Slot 1 of 256 bytes, behind two index blocks of 256 bytes; nlabel is at 84.
    #expect(finding.offset == 512 + 256 + 84)
    #expect(
      finding.description
        == "error: label-set-size: slot 1: nlabel is not the number of DIMMs in the set (stored 2, expected 1)")
  }

  @Test("labels of a DIMM in another slot are told by name")
  func otherSlot() throws {
    let recorded = try LabelCase("kernel/raw_v12")
    let area = try LabelArea(recorded.area(of: recorded.dimms[0]))
    let dimm = LabelledDIMM(regionSize: 134_217_728, cookie: InterleaveSetCookie(virtualSlot: 3))
    let finding = try #require(LabelVerification(area, dimm: dimm).findings.first { $0.rule.id == "label-cookie" })
    #expect(finding.message.contains("slot 0"))
    #expect(finding.stored == "0xba90120012b4dc")
    #expect(finding.expected == "0xba90300012b4df")
    #expect(finding.hint == "slot=0")
    let command = MigrationCommand(path: "a b", mappedSize: 3 << 30, labelSize: 128 << 10)
    let offered = LabelVerification(area, dimm: dimm, command: command).findings.first { $0.rule.id == "label-cookie" }
    #expect(offered?.hint == "vnvdimm-migrate-labels move 'a b' 3 --size 3G --label-size 128K")
  }

  @Test("labels with the cookie of another version need no other slot")
  func otherVersion() throws {
    let area = try LabelArea(
      LabelArea.encoded(
        .v1_1, size: 128 << 10,
        labels: [
          MadeLabels.label(
            .v1_1, cookie: InterleaveSetCookie(virtualSlot: 2).v1_2, dpa: 0, rawSize: 1 << 24,
            uuid: MadeLabels.uuid(0), name: "one")
        ]))
    let dimm = LabelledDIMM(regionSize: 134_217_728, cookie: InterleaveSetCookie(virtualSlot: 2))
    let findings = LabelVerification(area, dimm: dimm, command: MigrationCommand(path: "nv.img")).findings
    #expect(findings.map(\.rule.id) == ["label-cookie"])
    #expect(findings.map(\.hint) == ["vnvdimm-migrate-labels move nv.img 2"])
    #expect(LabelVerification(area, dimm: dimm).findings.map(\.hint) == [nil])
  }

  @Test("exhausted slots are told, and many findings of one rule do not flood the report")
  func exhausted() throws {
    let recorded = try LabelCase("kernel/slots_exhausted")
    let area = try LabelArea(recorded.area(of: recorded.dimms[0]))
    let here = Self.findings(area, recorded.dimms[0])
    #expect(here.map(\.rule.id).contains("label-slots-exhausted"))
    let elsewhere = LabelVerification(
      area, dimm: LabelledDIMM(regionSize: nil, cookie: InterleaveSetCookie(virtualSlot: 1)))
    let cookies = elsewhere.findings.filter { $0.rule.id == "label-cookie" }
    #expect(cookies.count == LabelVerification.limitPerRule + 1)
    #expect(cookies.last?.message == "478 more findings of this rule")
  }
}
