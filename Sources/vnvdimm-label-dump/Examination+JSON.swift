import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory

extension Examination {
  /// The answer under `--json`: the document of `ndctl read-labels -j`, with additions.
  ///
  /// Keys of ndctl have the values that ndctl prints: `label` lists every slot whose slot field is its own number, used
  /// or not; `nslot` and `seq` are signed. `type_guid` and `abstraction_guid` are the sixteen bytes in their order on
  /// media, which is not the GUID (its first three parts are little-endian) but what scripts written for ndctl compare
  /// with. The GUIDs themselves are `type_uuid` and `abstraction_uuid`.
  var json: JSONValue {
    let verdicts = verdicts
    let verdictsBySlot = Dictionary(uniqueKeysWithValues: verdicts.map { ($0.slot, $0) })
    return .object(
      [("dev", .text("nmem\(slot)")), ("linux", linux(verdicts)), ("condition", condition.value?.json ?? .null)]
        + area.members(
          from: source, slot: isOfCXLDevice ? nil : slot, serialNumber: serialNumber, findings,
          labels: area.occupiedSlots.compactMap { slot in
            area.label(in: slot)?.json(inSlot: slot, verdictsBySlot[slot])
          }))
  }

  private func linux(_ verdicts: [SlotVerdict]) -> JSONValue {
    let dimm =
      switch shown.members.first?.dimm.outcome {
      case .labelled: "labelled"
      case .refused: "refused"
      case .labelless, nil: "labelless"
      }
    let (region, namespaces): (String, [LabelledNamespace]) =
      switch shown.outcome {
      case .namespaces(let found): ("namespaces", found)
      case .labelless: ("labelless", [])
      case .refused: ("refused", [])
      }
    return JSONValue(present: [
      ("boot", .text(boot.rawValue)), ("mapped_size", use.map { JSONValue($0.mappedSize) }), ("dimm", .text(dimm)),
      ("region", .text(region)), ("outcome", .text(outcome)), ("namespaces", JSONValue(namespaces, \.json)),
      ("slots", JSONValue(verdicts, \.json)),
    ])
  }
}

extension LabelArea {
  /// Returns the members for every kind of area. `slot` is that of the DIMM, `serialNumber` that of a CXL device.
  func members(
    from source: LabelAreaSource, slot: Int?, serialNumber: UInt64? = nil, _ findings: [Finding], labels: [JSONValue]
  ) -> [(key: String, value: JSONValue)] {
    let place = JSONValue(present: [
      ("path", .text(source.path)), ("offset", JSONValue(source.location.offset)),
      ("size", JSONValue(source.location.size)), ("guest_size", source.regionSize.map { JSONValue($0) }),
      ("dimm_slot", slot.map { JSONValue($0) }), ("serial", serialNumber.map { .text($0.hex) }),
    ])
    let current = indexes.currentNumber.map { [(key: "current_index", value: JSONValue($0))] } ?? []
    return current + [
      ("format", .format), ("label_area", place), ("used_label_slots", JSONValue(usedSlots) { JSONValue($0) }),
      ("index", JSONValue(0...1) { index($0) }), ("label", .array(labels)),
      ("findings", JSONValue(findings) { $0.json(about: source.path) }),
    ]
  }

  private func index(_ number: Int) -> JSONValue {
    let block = indexes.blocks[number]
    // The sixteenth byte must be NUL; ndctl prints fifteen bytes even if it is not.
    let signature = String(decoding: block.bytes[..<15].prefix { $0 != 0 }, as: UTF8.self)
    // For any version, unlike `block.labelSize`.
    let exponent = block[IndexBlock.Fields.labelSize]
    return JSONValue(present: [
      ("signature", .text(signature)), ("major", JSONValue(block.major)), ("minor", JSONValue(block.minor)),
      ("labelsize", JSONValue(exponent < 32 ? 128 << UInt64(exponent) : 0)),
      ("seq", JSONValue(Int32(bitPattern: block[IndexBlock.Fields.sequence]))),
      ("nslot", JSONValue(Int32(bitPattern: block[IndexBlock.Fields.slotCount]))),
      // Our own additions.
      ("offset", JSONValue(geometry.indexOffset(number))), ("valid", .boolean(indexes.defects[number] == nil)),
      ("current", .boolean(indexes.currentNumber == number)),
      ("defect", indexes.defects[number].map { .text($0.check.rawValue) }),
    ])
  }
}

extension NamespaceLabel {
  /// Returns the label, which lies in `slot`; `verdict` is `nil` if the slot is free.
  fileprivate func json(inSlot slot: Int, _ verdict: SlotVerdict?) -> JSONValue {
    func guid(at offset: Int) -> JSONValue? { isLong ? .text(UUID(bytes, at: offset).lowercased) : nil }
    let typeName = type.flatMap { NamespaceType(guid: $0)?.rawValue }
    let abstractionName = abstraction.flatMap { NamespaceAbstraction(guid: $0)?.rawValue }
    return JSONValue(present: [
      ("uuid", .text(uuid.lowercased)), ("name", .text(name)), ("slot", JSONValue(self.slot)),
      ("position", JSONValue(self[Fields.position])), ("nlabel", JSONValue(self[Fields.setSize])),
      ("flags", JSONValue(flags.rawValue)), ("isetcookie", JSONValue(cookie)),
      ("lbasize", JSONValue(self[Fields.sectorSize])), ("dpa", JSONValue(dpa)), ("rawsize", JSONValue(rawSize)),
      ("type_guid", guid(at: Offsets.type)), ("abstraction_guid", guid(at: Offsets.abstraction)),
      // Our own additions.
      ("isetcookie_hex", .text(cookie.hex)), ("used", .boolean(verdict != nil)),
      ("valid", .boolean(defect(inSlot: slot) == nil)),
      ("verdict", verdict.map { .text($0.word) }), ("rule", verdict?.rule.map { .text($0) }),
      ("type_uuid", type.map { .text($0.lowercased) }), ("type", typeName.map { .text($0) }),
      ("abstraction_uuid", abstraction.map { .text($0.lowercased) }),
      ("abstraction", abstractionName.map { .text($0) }),
    ])
  }
}

extension SlotVerdict {
  fileprivate var json: JSONValue {
    JSONValue(present: [("label_slot", JSONValue(slot)), ("verdict", .text(word)), ("rule", rule.map { .text($0) })])
  }
}
