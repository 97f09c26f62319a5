import Basics
import CommandSupport
import Firmware
import Storage
import SystemPackage

/// `-dump-acpi DIR`: writes the guest's firmware tables to files.
struct TableDump {
  let folder: FilePath

  /// Writes each table to SIGNATURE.aml, replacing only an earlier dump; prints what was written.
  func write(_ tables: ACPITables) throws {
    for table in tables.all {
      let path = folder.appending("\(table.name).aml")
      let creation = BackendCreation(
        path: path, size: UInt64(table.bytes.count), contents: [(0, SparseBytes(table.bytes))],
        replacement: .own { $0.isTable(like: table) })
      do throws(BackendError) { try creation.make(for: Emulate.programName) } catch {
        guard case .exists = error.reason else { throw error }
        throw CommandFailure(
          .damaged, path.string, "the file exists, and is not a table of this program",
          hint: .command("ls", "-l", path: path.string))
      }
      try StandardStream.answer("\(path): \(table.bytes.count) bytes at \(table.address.hex)")
    }
  }
}

extension [UInt8] {
  /// Returns whether these bytes begin a table with the signature and the OEM of `table`.
  fileprivate func isTable(like table: ACPITables.Placed) -> Bool {
    let maker = table.name == "RSDP" ? RSDP.oemID : SystemTable.oemID
    return count >= SystemTable.headerSize && self[SystemTable.signature] == table.bytes[SystemTable.signature]
      && self[maker] == table.bytes[maker]
  }
}
