extension GuestListing {
  /// An object of the list `regions`.
  package struct Region: Hashable, Sendable, Encodable {
    package let dev: String
    package let size: UInt64
    package let align: UInt64
    package let availableSize: UInt64
    package let largestExtent: UInt64
    package let type: String
    package let numaNode: UInt32
    package let targetNode: UInt32
    package let setID: UInt64?
    package let mappings: [Mapping]
    /// `disabled`; left out where the region has come up.
    package let state: String?
    package let persistenceDomain: String
    package let namespaces: [Namespace]?

    private enum CodingKeys: String, CodingKey {
      case dev, size, align, type, mappings, state, namespaces
      case availableSize = "available_size"
      case largestExtent = "max_available_extent"
      case numaNode = "numa_node"
      case targetNode = "target_node"
      case setID = "iset_id"
      case persistenceDomain = "persistence_domain"
    }

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
  }

  /// The part that a DIMM has in a region: virtual ones are a region each.
  package struct Mapping: Hashable, Sendable, Encodable {
    package let dimm: String
    package var offset: UInt64 = 0
    package let length: UInt64
    package var position = 0
  }
}
