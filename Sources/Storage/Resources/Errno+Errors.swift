package import SystemPackage

extension Errno {
  /// The errno of an error that swift-system threw; nothing else comes from it.
  package init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
