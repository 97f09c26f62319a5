/// What a namespace is to be used as: the modes of `ndctl create-namespace`.
public enum NamespaceMode: String, CaseIterable, Sendable {
  /// A disk without DAX, and nothing of its own on the media.
  case raw
  /// A disk whose sectors are written whole or not at all, through a block translation table.
  case sector
  /// A disk that file systems can map with DAX.
  case fsdax
  /// A character device that programs map.
  case devdax

  /// The signature of the mode's superblock; nil for a mode without a superblock.
  public var superblock: InfoBlock.Signature? {
    switch self {
    case .raw, .sector: nil
    case .fsdax: .pfn
    case .devdax: .dax
    }
  }

  /// Sector sizes in bytes: for `.sector` those of the table, otherwise those that a label can ask for.
  ///
  /// Source: Linux drivers/nvdimm/btt_devs.c `btt_lbasize_supported`, namespace_devs.c `pmem_lbasize_supported`.
  public var sectorSizes: [UInt32] { self == .sector ? [512, 520, 528, 4096, 4104, 4160, 4224] : [512, 4096] }

  /// What `ndctl create-namespace` takes where none is given.
  public var defaultSectorSize: UInt32 { self == .sector ? 4096 : 512 }

  /// The abstraction GUID that Linux writes into a label of `version` 1.2 when it enables the namespace.
  public var abstraction: NamespaceAbstraction {
    switch self {
    case .raw: .none
    case .sector: .btt2
    case .fsdax: .fsdax
    case .devdax: .devdax
    }
  }
}

extension NamespaceAbstraction {
  /// The mode in which ndctl shows a namespace of this abstraction, if nothing else is found in it.
  public var mode: NamespaceMode {
    switch self {
    case .none: .raw
    case .btt, .btt2: .sector
    case .fsdax: .fsdax
    case .devdax: .devdax
    }
  }
}
