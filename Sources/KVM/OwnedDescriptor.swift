package import SystemPackage

/// A file descriptor with one owner, closed when the owner ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Takes over `rawValue`, an open descriptor that nobody else closes.
  package init(owning rawValue: Int32) { descriptor = FileDescriptor(rawValue: rawValue) }

  /// The number, for system calls.
  package var rawValue: Int32 { descriptor.rawValue }

  deinit { try? descriptor.close() }
}
