import Basics
import CommandSupport
import Libvirt
import QEMU
import Storage
import SystemPackage

/// The XML of a domain: a file, or standard input.
struct DomainDocument {
  /// `-` is standard input.
  let path: String
  /// What messages call it.
  let name: String

  init(path: String, name: String? = nil) {
    self.path = path
    self.name = name ?? (path == "-" ? "standard input" : path)
  }

  func bytes() throws(CommandFailure) -> [UInt8] {
    do throws(Errno) {
      let limit = LibvirtDomain.byteLimit
      return try path == "-"
        ? FileDescriptor.standardInput.remainingBytes(limit: limit) : FilePath(path).contents(limit: limit)
    } catch .fileTooLarge {
      throw CommandFailure(
        .unsupported, name, "not a domain of libvirt: \(XMLError.tooLong(limit: LibvirtDomain.byteLimit))",
        hint: Self.hint)
    } catch { throw CommandFailure(.incomplete, name, "cannot read: \(error)") }
  }

  func domain() throws(CommandFailure) -> LibvirtDomain { try domain(in: bytes()) }

  /// What prints a domain.
  private static let hint = "virsh dumpxml GUEST"

  func domain(in bytes: [UInt8]) throws(CommandFailure) -> LibvirtDomain {
    guard bytes.contains(where: { !Character(UnicodeScalar($0)).isWhitespace }) else {
      throw CommandFailure(.unsupported, name, "is empty (expected a domain of libvirt)", hint: Self.hint)
    }
    do { return try LibvirtDomain(xml: bytes) } catch let refusal as LibvirtRefusal {
      throw CommandFailure(.damaged, name, "libvirt refuses to define it: \(refusal)")
    } catch XMLError.noLibrary {
      throw CommandFailure(.incomplete, name, "\(XMLError.noLibrary)", hint: "apt-get install libxml2")
    } catch { throw CommandFailure(.unsupported, name, "not a domain of libvirt: \(error)", hint: Self.hint) }
  }

  /// What becomes of `domain` under each of `rules`, on its own architecture.
  func reports(of domain: LibvirtDomain, under rules: [SizingRules]) throws(CommandFailure) -> [DomainReport] {
    guard let architecture = domain.architecture else {
      throw CommandFailure(
        .unsupported, name, "the architecture \((domain.architectureName ?? "").escapedForTerminal) is not described")
    }
    guard domain.hasNVDIMM else {
      throw CommandFailure(.unsupported, name, "the domain has no NVDIMM: nothing was checked")
    }
    return rules.map { DomainReport(domain, rules: SizingRules($0.release, architecture)) }
  }
}
