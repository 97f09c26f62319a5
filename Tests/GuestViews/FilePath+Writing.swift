import SystemPackage

extension FilePath {
  /// Makes the file anew with `bytes`.
  func write(_ bytes: [UInt8]) throws {
    let file = try FileDescriptor.open(
      self, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }
}
