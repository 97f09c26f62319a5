public import Basics

extension GuestRegion {
  /// What the guest hides of the namespaces, or shows as something else than they were made to be.
  ///
  /// What becomes of labels is not among it: that is for `LabelVerification` to say.
  public var findings: [Finding] { findings { _ in nil } }

  /// The findings; `unseen` names what is still in a namespace whose info block is not there, and which the guest does
  /// not see without it.
  package func findings(unseen: (GuestNamespace) -> String?) -> [Finding] {
    let orphaned = orphan.map { Finding(orphaned: $0.signature, at: $0.offset) }
    return (orphaned.map { [$0] } ?? []) + (namespaces?.compactMap { $0.finding(unseen) } ?? [])
  }
}

extension Finding {
  /// The info block at `offset` names a label that is not there.
  fileprivate init(orphaned signature: InfoBlock.Signature, at offset: UInt64) {
    self.init(
      NamespaceRule.blockOrphaned,
      "an info block \(signature) at \(offset.hex) belongs to a namespace whose label is gone: the guest does not "
        + "see that namespace", offset: offset)
  }
}

extension GuestNamespace {
  fileprivate func finding(_ unseen: (GuestNamespace) -> String?) -> Finding? {
    guard let problem = probe?.problem else { return nil }
    let start = label?.dpa ?? 0
    switch problem {
    case .tooSmall(let needed):
      return Finding(
        NamespaceRule.tooSmall, "\(subject) has no device: it is too small",
        stored: extent.map { "\($0.size)" }, expected: "\(needed)", offset: start)
    case .missing(let signature, let offset):
      let lost = unseen(self)
      return Finding(
        NamespaceRule.blockMissing,
        "\(subject) is raw: its label asks for an info block \(signature), which is not there"
          + (lost.map { ", and the guest does not see \($0)" } ?? ""),
        severity: lost == nil ? nil : .error, offset: start + offset)
    case .passedOver(let signature, .parent, let offset) where label == nil:
      return Finding(orphaned: signature, at: offset)
    case .passedOver(let signature, .parent(let parent), let offset):
      return Finding(
        NamespaceRule.blockForeign, "\(subject) is raw: the block \(signature) in it belongs to another label",
        stored: parent.lowercased, expected: extent?.uuid.lowercased, offset: start + offset)
    case .passedOver(let signature, let defect, let offset):
      return Finding(
        NamespaceRule.blockDamaged,
        "\(subject) is raw: Linux ignores the block \(signature) in it because of its "
          + defect.field, stored: defect.stored, expected: defect.expected, offset: start + offset)
    case .refused(let signature, let defect, let offset):
      return Finding(
        NamespaceRule.blockRefused,
        "\(subject) has no device: Linux refuses the block \(signature) in it because of its "
          + defect.field, stored: defect.stored, expected: defect.expected, offset: start + offset)
    case .unmappable(let signature):
      return Finding(
        NamespaceRule.blockRefused,
        "\(subject) has no device: the data that the block \(signature) describes cannot be mapped",
        offset: start + PFNInfoBlock.offset)
    case .empty(let signature):
      return Finding(
        NamespaceRule.blockRefused,
        "\(subject) has an empty device: the block \(signature) in it leaves nothing for data, and Linux 6.12 and "
          + "later refuse it", offset: start + PFNInfoBlock.offset)
    case .table(let defect):
      return Finding(
        NamespaceRule.tableRefused, "\(subject) has no device: \(defect.fact)",
        offset: defect.arena.map { start + $0 })
    }
  }

  var subject: String {
    label?.title ?? "the namespace"
  }
}

extension GuestRegion {
  /// The DPA ranges of the namespaces, for findings about media errors.
  package var namespaceAddresses: [NamespaceAddresses]? {
    namespaces?.compactMap { namespace in
      namespace.extent.map { extent in
        let start = extent.start &- device.base
        return NamespaceAddresses(title: namespace.subject, extent: start..<max(start, start &+ extent.size))
      }
    }
  }
}

extension InfoBlockDefect {
  /// The name of the field at fault, as in the kernel's structures.
  fileprivate var field: String {
    switch self {
    case .length: "length"
    case .signature: "signature"
    case .checksum: "checksum"
    case .version: "version"
    case .parent: "parent_uuid"
    case .map: "mode"
    case .pageSize: "page_size"
    case .pageStructureSize: "page_struct_size"
    case .alignment: "align"
    case .dataOffset: "dataoff"
    case .misalignedStart: "start"
    case .misalignedEnd: "end"
    }
  }

  fileprivate var stored: String? {
    switch self {
    case .signature: nil
    case .length(let count): "\(count)"
    case .checksum(let stored, _): stored.hex
    case .version(let major, let minor): "\(major).\(minor)"
    case .parent(let uuid): uuid.lowercased
    case .map(let mode): "\(mode)"
    case .pageSize(let size): "\(size)"
    case .pageStructureSize(let size): "\(size)"
    case .alignment(let unit): "\(unit)"
    case .dataOffset(let offset), .misalignedStart(let offset), .misalignedEnd(let offset): offset.hex
    }
  }

  fileprivate var expected: String? {
    switch self {
    case .checksum(_, let expected): expected.hex
    case .misalignedStart, .misalignedEnd: "a multiple of \(PFNLayout.subsectionSize.hex)"
    case .map: "1 or 2"
    case .pageSize: "at most \(PFNLayout.pageSize)"
    case .pageStructureSize: "at least \(PFNInfoBlock.pageStructureSize)"
    case .alignment: "an alignment that the guest has, not above the namespace's size"
    case .dataOffset: "an aligned offset inside of the namespace"
    case .version: "1.1, or 2.0 in a namespace whose label asks for it"
    case .length, .signature, .parent: nil
    }
  }
}

extension BTTDefect {
  /// The arena at fault, by its offset in the namespace.
  fileprivate var arena: UInt64? {
    switch self {
    case .noSectorSize, .tooSmall, .arenas: nil
    case .outside(let arena), .infoBlock(_, let arena), .freeBlocks(_, let arena), .log(_, let arena): arena
    }
  }

  fileprivate var fact: String {
    switch self {
    case .noSectorSize: "its table has a sector size of 0"
    case .tooSmall: "it is too small for its table"
    case .outside: "an arena of its table does not lie within it"
    case .infoBlock(let defect, _): "an arena of its table has no usable info block (\(defect.field))"
    case .freeBlocks(let count, _): "an arena of its table has \(count) free blocks"
    case .log(let lane, _): "the log of its table is corrupted, in lane \(lane)"
    case .arenas: "its table has more arenas than it has room for"
    }
  }
}

extension InfoBlock.Signature: CustomStringConvertible {
  public var description: String { rawValue }
}
