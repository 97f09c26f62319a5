import CNdctl

/// libdaxctl on this host, with its own context.
///
/// Devices and regions belong to the context; results are copies. Source: libdaxctl(3), `daxctl/libdaxctl.h` of ndctl
/// 73 and later.
@safe struct DAXLibrary: ~Copyable {
  private let functions: UnsafePointer<cndctl_daxctl>
  private let context: OpaquePointer

  /// Loads the library. Throws if this host does not have it, or if the library cannot read sysfs.
  init() throws(HostDAXError) {
    guard let functions = unsafe cndctl_load_daxctl() else { throw .libraryMissing("libdaxctl", package: "libdaxctl1") }
    var context: OpaquePointer?
    // Safe: the library sets the pointer, or leaves it nil and returns an error.
    let answer = unsafe functions.pointee.daxctl_new(&context)
    guard let context = unsafe context else { throw .libraryFailed("libdaxctl", code: -answer) }
    unsafe self.functions = functions
    unsafe self.context = context
  }

  // Safe: this value owns the context, and has handed out nothing that belongs to it.
  deinit { unsafe functions.pointee.daxctl_unref(context) }

  /// Returns the devices of all regions, in the library's order.
  func devices() -> [DAXDevice] {
    // Safe: regions and devices live as long as the context; each text is copied at once.
    var devices: [DAXDevice] = []
    var region = unsafe functions.pointee.daxctl_region_get_first(context)
    while let current = unsafe region {
      var device = unsafe functions.pointee.daxctl_dev_get_first(current)
      while let here = unsafe device {
        if let facts = unsafe facts(of: here) { devices.append(facts) }
        unsafe device = functions.pointee.daxctl_dev_get_next(here)
      }
      unsafe region = functions.pointee.daxctl_region_get_next(current)
    }
    return devices
  }

  private func facts(of device: OpaquePointer) -> DAXDevice? {
    // Safe: the device lives as long as the context.
    let library = unsafe functions.pointee
    guard let name = unsafe library.daxctl_dev_get_devname(device) else { return nil }
    let node = unsafe library.daxctl_dev_get_target_node(device)
    return unsafe DAXDevice(
      name: String(cString: name), number: (library.daxctl_dev_get_major(device), library.daxctl_dev_get_minor(device)),
      size: library.daxctl_dev_get_size(device), alignment: UInt64(library.daxctl_dev_get_align(device)),
      targetNode: node < 0 ? nil : Int(node), isEnabled: library.daxctl_dev_is_enabled(device) == 1,
      isSystemMemory: library.daxctl_dev_get_memory(device) != nil)
  }
}
