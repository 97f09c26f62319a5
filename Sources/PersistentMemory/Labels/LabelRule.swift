public import Basics

/// Everything that can be found in a label area. The raw value is the stable id.
///
/// Errors hide data or make Linux refuse the DIMM or its region; warnings are irregular and harmless by themselves.
public enum LabelRule: String, CaseIterable, FindingRule, Hashable {
  // The area.
  /// All bytes of the label area are zero: a DIMM without labels.
  case areaBlank = "label-area-blank"

  /// An area that ndctl of old releases does not read.
  case areaLarge = "label-area-large"

  /// Neither index block is valid, and labels survive.
  case indexLost = "label-index-lost"

  // An index block: the checks of Linux.
  case indexSignature = "index-signature"
  case indexLabelSize = "index-label-size"
  case indexChecksum = "index-checksum"
  case indexSequence = "index-sequence"
  case indexOwnOffset = "index-own-offset"
  case indexOtherOffset = "index-other-offset"
  case indexLabelOffset = "index-label-offset"
  case indexSize = "index-size"
  case indexSlotCount = "index-slot-count"

  // An index block: what Linux passes over.
  case indexFlags = "index-flags"
  case indexVersion = "index-version"
  case indexSequenceBits = "index-sequence-bits"
  case indexSmall = "index-small"
  /// Fewer slots than fit: an older kernel, or software with another formula.
  case indexFewSlots = "index-few-slots"
  case indexBitsBeyondSlots = "index-bits-beyond-slots"
  /// Both blocks have the same sequence number, so that only the rule for ties decides.
  case indexSequenceTie = "index-sequence-tie"
  /// The blocks are of different versions: one is left over from before.
  case indexVersionsDiffer = "index-versions-differ"
  case slotsExhausted = "label-slots-exhausted"

  // A label in use: errors.
  case labelSlot = "label-slot"
  case labelChecksum = "label-checksum"
  case labelZeroSize = "label-zero-size"
  case labelWraps = "label-wraps"
  case labelOverlap = "label-overlap"
  case labelDuplicateUUID = "label-duplicate-uuid"
  case labelCookie = "label-cookie"
  case labelOutsideRegion = "label-outside-region"
  case labelBeyondRegion = "label-beyond-region"
  case labelSetSize = "label-set-size"
  case labelPosition = "label-position"
  case labelType = "label-type"
  /// A DIMM of the set has no matching label.
  case labelSetIncomplete = "label-set-incomplete"
  /// A CXL namespace names a region that has no label.
  case labelRegionMissing = "label-region-missing"
  /// A CXL region is interleaved in steps that there are not.
  case labelGranularity = "label-interleave-granularity"

  // A label in use: irregularities.
  case labelEmpty = "label-empty"
  case labelUpdating = "label-updating"
  case labelFlags = "label-flags"
  case labelNameUnterminated = "label-name-unterminated"
  case labelNameEncoding = "label-name-encoding"
  case labelNullUUID = "label-null-uuid"
  case labelAbstraction = "label-abstraction"
  case labelSectorSize = "label-sector-size"
  case labelMisaligned = "label-misaligned"
  case labelAlternativeCookie = "label-alternative-cookie"
  case labelAlignment = "label-alignment"
  case labelReserved = "label-reserved"

  public var severity: Finding.Severity {
    switch self {
    case .areaBlank, .areaLarge, .indexFewSlots, .labelAlternativeCookie, .labelAlignment, .labelReserved: .note
    case .indexFlags, .indexVersion, .indexSequenceBits, .indexSmall, .indexBitsBeyondSlots, .indexSequenceTie,
      .indexVersionsDiffer, .slotsExhausted, .labelEmpty, .labelUpdating, .labelFlags, .labelNameUnterminated,
      .labelNameEncoding, .labelNullUUID, .labelAbstraction, .labelSectorSize, .labelMisaligned:
      .warning
    case .indexLost, .indexSignature, .indexLabelSize, .indexChecksum, .indexSequence, .indexOwnOffset,
      .indexOtherOffset, .indexLabelOffset, .indexSize, .indexSlotCount, .labelSlot, .labelChecksum,
      .labelZeroSize, .labelWraps, .labelOverlap, .labelDuplicateUUID, .labelCookie, .labelOutsideRegion,
      .labelBeyondRegion, .labelSetSize, .labelPosition, .labelType, .labelSetIncomplete, .labelRegionMissing,
      .labelGranularity:
      .error
    }
  }
}

extension LabelRule {
  /// The rule for a check that an index block failed.
  init(_ check: IndexBlock.Check) {
    self =
      switch check {
      case .signature: .indexSignature
      case .labelSize: .indexLabelSize
      case .checksum: .indexChecksum
      case .sequence: .indexSequence
      case .ownOffset: .indexOwnOffset
      case .otherOffset: .indexOtherOffset
      case .labelOffset: .indexLabelOffset
      case .size: .indexSize
      case .slotCount: .indexSlotCount
      }
  }
}
