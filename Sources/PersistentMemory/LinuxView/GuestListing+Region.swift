import Basics

extension GuestListing {
  /// An object of the list `regions`.
  public struct Region: Hashable, Sendable {
    /// `region0`.
    public let dev: String
    /// Bytes of the region.
    public let size: UInt64
    /// What new namespaces are rounded to, in bytes.
    public let align: UInt64
    /// Bytes left for namespaces.
    public let availableSize: UInt64
    /// Bytes of the largest namespace that can be made.
    public let largestExtent: UInt64
    /// `pmem`.
    public let type: String
    /// The NUMA node whose processors are nearest.
    public let numaNode: UInt32
    /// The NUMA node of the memory itself.
    public let targetNode: UInt32
    /// The cookie of the interleave set; left out without labels.
    public let setID: UInt64?
    /// The DIMMs of the region: one.
    public let mappings: [Mapping]
    /// `disabled`; left out where the region has come up.
    public let state: String?
    /// `cpu_cache`, `memory_controller` or `unknown`.
    public let persistenceDomain: String
    /// The namespaces; left out where the region is disabled.
    public let namespaces: [Namespace]?

    init(_ region: GuestRegion, number: Int, _ persistence: PersistenceDomain?, _ populatedNodes: Set<UInt32>) {
      let capacity = region.capacity
      let node = region.device.node
      // `numa_map_to_online_node`: of nodes that are all equally far away the first.
      let nearest = populatedNodes.contains(node) ? node : populatedNodes.min() ?? node
      dev = "region\(number)"
      size = region.device.length
      align = region.alignment
      availableSize = capacity.available
      largestExtent = capacity.largestExtent
      type = "pmem"
      numaNode = nearest
      targetNode = node
      setID = region.setCookie
      mappings = [Mapping(dimm: "nmem\(number)", length: region.device.length)]
      state = region.namespaces == nil ? "disabled" : nil
      persistenceDomain =
        switch persistence {
        case nil: "unknown"
        case .cpu: "cpu_cache"
        case .memoryController: "memory_controller"
        }
      namespaces = region.namespaces.map { namespaces in
        namespaces.enumerated().map {
          Namespace($0.element, Number(region: number, namespace: $0.offset), node: nearest, target: node)
        }
      }
    }

    var json: JSONValue {
      JSONValue(present: [
        ("dev", .text(dev)), ("size", JSONValue(size)), ("align", JSONValue(align)),
        ("available_size", JSONValue(availableSize)), ("max_available_extent", JSONValue(largestExtent)),
        ("type", .text(type)), ("numa_node", JSONValue(numaNode)), ("target_node", JSONValue(targetNode)),
        ("iset_id", setID.map { JSONValue($0) }), ("mappings", JSONValue(mappings, \.json)),
        ("state", state.map { .text($0) }), ("persistence_domain", .text(persistenceDomain)),
        ("namespaces", namespaces.map { JSONValue($0, \.json) }),
      ])
    }
  }

  /// The part that a DIMM has in a region: virtual ones are a region each.
  public struct Mapping: Hashable, Sendable {
    /// `nmem0`.
    public let dimm: String
    /// Where the region begins in the DIMM, in bytes.
    public var offset: UInt64 = 0
    /// Bytes of the DIMM.
    public let length: UInt64
    /// The place of the DIMM in the region.
    public var position = 0

    fileprivate var json: JSONValue {
      .object([
        ("dimm", .text(dimm)), ("offset", JSONValue(offset)), ("length", JSONValue(length)),
        ("position", JSONValue(position)),
      ])
    }
  }
}
