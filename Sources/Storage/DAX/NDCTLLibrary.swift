import CNdctl

/// libndctl on this host, with its own context.
///
/// Source: libndctl(3), `ndctl/libndctl.h` of ndctl 73 and later.
@safe struct NDCTLLibrary: ~Copyable {
  private let functions: UnsafePointer<cndctl_ndctl>
  private let context: OpaquePointer

  /// Loads the library. Throws if this host does not have it, or if the library cannot read sysfs.
  init() throws(HostDAXError) {
    guard let functions = unsafe cndctl_load_ndctl() else { throw .libraryMissing("libndctl", package: "libndctl6") }
    var context: OpaquePointer?
    // Safe: the library sets the pointer, or leaves it nil and returns an error.
    let answer = unsafe functions.pointee.ndctl_new(&context)
    guard let context = unsafe context else { throw .libraryFailed("libndctl", code: -answer) }
    unsafe self.functions = functions
    unsafe self.context = context
  }

  // Safe: this value owns the context, and has handed out nothing that belongs to it.
  deinit { _ = unsafe functions.pointee.ndctl_unref(context) }

  /// Returns the namespaces of all regions, except the empty seeds that the kernel keeps for new ones.
  func namespaces() -> [PersistentMemoryNamespace] {
    // Safe, here and below: buses, regions and namespaces live as long as the context.
    let library = unsafe functions.pointee
    var found: [PersistentMemoryNamespace] = []
    var bus = unsafe library.ndctl_bus_get_first(context)
    while let currentBus = unsafe bus {
      var region = unsafe library.ndctl_region_get_first(currentBus)
      while let currentRegion = unsafe region {
        let node = unsafe library.ndctl_region_get_numa_node(currentRegion)
        var namespace = unsafe library.ndctl_namespace_get_first(currentRegion)
        while let current = unsafe namespace {
          let facts = unsafe facts(of: current, node: node < 0 ? nil : Int(node))
          if facts.size > 0 { found.append(facts) }
          unsafe namespace = library.ndctl_namespace_get_next(current)
        }
        unsafe region = library.ndctl_region_get_next(currentRegion)
      }
      unsafe bus = library.ndctl_bus_get_next(currentBus)
    }
    return found
  }

  private func facts(of namespace: OpaquePointer, node: Int?) -> PersistentMemoryNamespace {
    let library = unsafe functions.pointee
    let name = unsafe text(library.ndctl_namespace_get_devname(namespace)) ?? ""
    let label = unsafe text(library.ndctl_namespace_get_alt_name(namespace)) ?? ""
    let isActive = unsafe library.ndctl_namespace_is_active(namespace)
    func namespaceOf(
      _ mode: PersistentMemoryNamespace.Mode?, size: UInt64, alignment: UInt64? = nil, block: String? = nil
    ) -> PersistentMemoryNamespace {
      PersistentMemoryNamespace(
        name: name, label: label, mode: mode, size: size, alignment: alignment, blockDevice: block, node: node,
        isActive: isActive)
    }
    if let btt = unsafe library.ndctl_namespace_get_btt(namespace) {
      return unsafe namespaceOf(
        .sector, size: library.ndctl_btt_get_size(btt), block: text(library.ndctl_btt_get_block_device(btt)))
    }
    if let pfn = unsafe library.ndctl_namespace_get_pfn(namespace) {
      return unsafe namespaceOf(
        .fsdax, size: library.ndctl_pfn_get_size(pfn), alignment: UInt64(library.ndctl_pfn_get_align(pfn)),
        block: text(library.ndctl_pfn_get_block_device(pfn)))
    }
    if let dax = unsafe library.ndctl_namespace_get_dax(namespace) {
      return unsafe namespaceOf(
        .devdax, size: library.ndctl_dax_get_size(dax), alignment: UInt64(library.ndctl_dax_get_align(dax)))
    }
    let mode = unsafe library.ndctl_namespace_get_mode(namespace)
    return unsafe namespaceOf(
      mode == NDCTL_NS_MODE_RAW ? .raw : mode == NDCTL_NS_MODE_FSDAX ? .fsdax : nil,
      size: library.ndctl_namespace_get_size(namespace),
      block: text(library.ndctl_namespace_get_block_device(namespace)))
  }

  /// Returns a copy of `text`; `nil` if it is missing or empty.
  private func text(_ text: UnsafePointer<CChar>?) -> String? {
    // Safe: the library's texts end with NUL and live as long as the objects that they describe.
    guard let text = unsafe text else { return nil }
    let copy = unsafe String(cString: text)
    return copy.isEmpty ? nil : copy
  }
}
