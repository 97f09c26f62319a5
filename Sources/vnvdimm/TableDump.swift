import Basics
import CommandSupport
import Firmware
import SystemPackage

/// `-dump-acpi DIR`: the guest's firmware tables as files.
struct TableDump {
  let folder: FilePath

  /// Writes each table to SIGNATURE.aml, over a file of that name; prints what was written.
  func write(_ tables: ACPITables) throws {
    for table in tables.all {
      let path = folder.appending("\(table.name).aml")
      do {
        let file = try FileDescriptor.open(
          path, .writeOnly, options: [.create, .truncate, .closeOnExec],
          permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter { _ = try file.writeAll(table.bytes) }
      } catch {
        let isMissing = error as? Errno == .noSuchFileOrDirectory
        throw CommandFailure(
          .incomplete, path.string, "\(error)", hint: isMissing ? "mkdir -p \(folder.string.shellQuotedPath)" : nil)
      }
      try StandardStream.answer("\(path): \(table.bytes.count) bytes at \(table.address.hex)")
    }
  }
}
