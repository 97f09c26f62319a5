/// Why Linux does not take over a namespace whose first info block says that it has a translation table.
///
/// Source: Linux 6.1 drivers/nvdimm/btt.c, `nvdimm_namespace_attach_btt`, `discover_arenas`.
package enum BTTDefect: Error, Hashable, Sendable {
  /// `external_lbasize` is 0.
  case noSectorSize
  /// Less than one arena's minimum behind the version's initial offset.
  case tooSmall
  /// An arena's info block, map or log lies outside of the namespace; `arena` is its offset in the namespace.
  case outside(arena: UInt64)
  /// The info block of an arena other than the first one.
  case infoBlock(InfoBlockDefect, arena: UInt64)
  /// `nfree`, of which the kernel wants one for each of its 256 lanes, and for which it finds no memory above 65536.
  case freeBlocks(UInt32, arena: UInt64)
  /// The log of `lane` contradicts itself, or that of another lane.
  case log(lane: UInt32, arena: UInt64)
  /// More arenas than can lie in the namespace.
  case arenas
}
