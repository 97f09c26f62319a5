import Basics

/// The label methods that have names of their own (ACPI 6.5, 6.5.10).
extension LabelMethods {
  /// `_LSI`: status, size of the area, transfer limit.
  func labelInformation(_ handle: UInt32) -> [UInt8] {
    do throws(LabelRefusal) {
      let size = Self.reportedSize(try labels(of: handle))
      return Self.bytes(LabelStatus.success.labelMethod, size, UInt32(LabelWindow.transferLimit))
    } catch {
      return Self.bytes(error.status.labelMethod, 0, 0)
    }
  }

  /// `_LSR`: status, data.
  func labelRead(_ handle: UInt32, _ argument: [UInt8]) -> [UInt8] {
    do throws(LabelRefusal) {
      let (offset, length) = try Self.range(in: argument)
      return Self.bytes(LabelStatus.success.labelMethod) + (try read(handle, at: offset, length: length))
    } catch {
      return Self.bytes(error.status.labelMethod)
    }
  }

  /// `_LSW`: status.
  func labelWrite(_ handle: UInt32, _ argument: [UInt8]) -> [UInt8] {
    do throws(LabelRefusal) {
      let (offset, length) = try Self.range(in: argument)
      try write(handle, at: offset, length: length, argument[16...])
      return Self.bytes(LabelStatus.success.labelMethod)
    } catch {
      return Self.bytes(error.status.labelMethod)
    }
  }

  /// Offset and length: AML concatenates its integers as eight bytes each.
  private static func range(in argument: [UInt8]) throws(LabelRefusal) -> (offset: UInt64, length: UInt64) {
    guard argument.count >= 16 else { throw LabelRefusal(.invalid) }
    return (argument.load(at: 0), argument.load(at: 8))
  }
}
