import SystemPackage

/// A descriptor that is closed when its owner goes.
struct OwnedDescriptor: ~Copyable {
  let descriptor: FileDescriptor

  init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  // Whoever must know that all is written calls fsync before; close has nothing to add to its answer.
  deinit { try? descriptor.close() }
}
