import FoundationEssentials
import LabelChange
import PersistentMemory
import Testing

@Suite("--namespace")
struct ProvisionSpecificationTests {
  @Test("what is not given is as in ndctl")
  func defaults() throws {
    for (mode, sectorSize) in [("raw", 512), ("sector", 4096), ("fsdax", 512), ("devdax", 512)] as [(String, UInt32)] {
      let specification = try NamespaceSpecification(parsing: mode)
      #expect(specification.mode.rawValue == mode)
      #expect(specification.size == nil && specification.name.isEmpty && specification.uuid == nil)
      #expect(specification.sectorSize == sectorSize)
      #expect(specification.alignment == 2 << 20 && specification.map == .device)
    }
  }

  @Test func everyProperty() throws {
    let text = "fsdax,size=1G,name=a,,b,uuid=01234567-89AB-cdef-0123-456789abcdef,sector-size=4K,align=1G,map=mem"
    let specification = try NamespaceSpecification(parsing: text)
    #expect(specification.mode == .fsdax)
    #expect(specification.size == 1 << 30)
    #expect(specification.name == "a,b")
    #expect(specification.uuid?.uuidString == "01234567-89AB-CDEF-0123-456789ABCDEF")
    #expect(specification.sectorSize == 4096)
    #expect(specification.alignment == 1 << 30)
    #expect(specification.map == .memory)
  }

  /// Linux 6.1: `512 520 528 4096 4104 4160 4224` in btt0.0/sector_size, `512 4096` in namespace0.0/sector_size.
  @Test("sector sizes are those of sysfs")
  func sectorSizes() throws {
    for size in [512, 520, 528, 4096, 4104, 4160, 4224] as [UInt32] {
      #expect(try NamespaceSpecification(parsing: "sector,sector-size=\(size)").sectorSize == size)
      let raw = try? NamespaceSpecification(parsing: "raw,sector-size=\(size)")
      #expect((raw != nil) == [512, 4096].contains(size))
    }
  }

  @Test("a combining mark after a comma or an equals sign is part of the value")
  func combiningMarks() throws {
    let specification = try NamespaceSpecification(parsing: "raw,name=\u{301}a,,\u{301}b,size=1G")
    #expect(specification.name.unicodeScalars.elementsEqual("\u{301}a,\u{301}b".unicodeScalars))
    #expect(specification.size == 1 << 30)
  }

  @Test("63 bytes of name fit, 64 do not")
  func names() throws {
    // 21 times three bytes of UTF-8.
    let longest = String(repeating: "☃", count: 21)
    #expect(try NamespaceSpecification(parsing: "raw,name=\(longest)").name == longest)
    #expect(throws: NamespaceSpecificationError.nameTooLong(64)) {
      try NamespaceSpecification(parsing: "raw,name=\(longest)x")
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String
    var testDescription: String { text }
  }

  static let refusals = [
    Refusal(text: "", message: "'' is not a mode (expected raw, sector, fsdax or devdax)"),
    Refusal(text: "memory", message: "'memory' is not a mode (expected raw, sector, fsdax or devdax)"),
    Refusal(text: "raw,", message: "'' is not of the form PROPERTY=VALUE"),
    Refusal(text: "raw,fast", message: "'fast' is not of the form PROPERTY=VALUE"),
    Refusal(
      text: "raw,siez=1G", message: "'siez' is not a property (expected size, name, uuid, sector-size, align or map)"),
    Refusal(text: "raw,size=1G,size=2G", message: "size= is given twice"),
    Refusal(text: "raw,size=0", message: "size=: a namespace cannot be empty"),
    Refusal(
      text: "raw,size=-1",
      message: "size=: size '-1' has a sign (expected a number such as 64M, 4GiB or 0x4000000)"),
    Refusal(
      text: "raw,size=16777216T",
      message: "size=: size '16777216T' is too large (the limit is 18446744073709551615 bytes)"),
    Refusal(
      text: "raw,name=\(String(repeating: "n", count: 64))",
      message: "name=: too long (stored 64 bytes, expected at most 63)"),
    Refusal(text: "raw,name=a\nb", message: "name=: a control character"),
    Refusal(
      text: "raw,uuid=0123",
      message: "uuid=: '0123' is not a UUID (expected the form 01234567-89ab-cdef-0123-456789abcdef)"),
    Refusal(text: "raw,uuid=00000000-0000-0000-0000-000000000000", message: "uuid=: all zeros stand for no UUID"),
    Refusal(
      text: "raw,sector-size=520",
      message: "sector-size=: raw mode has no sectors of '520' (expected one of 512, 4096)"),
    Refusal(
      text: "sector,sector-size=1K",
      message:
        "sector-size=: sector mode has no sectors of '1K' (expected one of 512, 520, 528, 4096, 4104, 4160, 4224)"),
    Refusal(text: "fsdax,align=16M", message: "align=: '16M' is not possible (expected 4K, 2M or 1G)"),
    Refusal(text: "devdax,map=ram", message: "map=: 'ram' is neither dev nor mem"),
    Refusal(text: "raw,map=mem", message: "map= has no meaning in raw mode (only in fsdax and devdax)"),
    Refusal(text: "sector,align=2M", message: "align= has no meaning in sector mode (only in fsdax and devdax)"),
  ]

  @Test("each bad value has its own message", arguments: refusals)
  func refused(refusal: Refusal) throws {
    do {
      _ = try NamespaceSpecification(parsing: refusal.text)
      Issue.record("'\(refusal.text)' was taken")
    } catch { #expect("\(error)" == refusal.message) }
  }
}
