package import SystemPackage

/// A file descriptor with one owner, closed when the owner ends.
///
/// Whoever must know that all is written synchronises before: closing has nothing to add to that answer.
package struct OwnedDescriptor: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Takes over `descriptor`, which is open and which nobody else closes.
  package init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Takes over the descriptor with the number `rawValue`, as a system call returned it.
  package init(owning rawValue: Int32) { self.init(owning: FileDescriptor(rawValue: rawValue)) }

  /// The number, for system calls.
  package var rawValue: Int32 { descriptor.rawValue }

  deinit { try? descriptor.close() }
}
