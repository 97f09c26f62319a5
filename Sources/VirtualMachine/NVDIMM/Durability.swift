/// How what is written to an NVDIMM becomes durable on the host.
package enum Durability: Equatable, Sendable {
  /// Never: RAM, a private copy of a file, or a backend that takes no writes.
  case none
  /// The host's page cache holds it until the backend is synchronised.
  case pageCache
  /// As soon as it has left the CPU's caches: a DAX device, or a file that is mapped with MAP_SYNC.
  case direct
}
