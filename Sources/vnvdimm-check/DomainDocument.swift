import Basics
import CommandSupport
import Libvirt
import PersistentMemory
import QEMU
import Report
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
        .unsupported, name, "not a libvirt domain: \(XMLError.tooLong(limit: LibvirtDomain.byteLimit))")
    } catch { throw CommandFailure(.incomplete, name, "cannot read: \(error)") }
  }

  /// The domain in `bytes` as `release` reads it, which may have accepted it already.
  func domain(
    in bytes: [UInt8], _ release: LibvirtRelease, isAccepted: Bool = false
  ) throws(CommandFailure) -> LibvirtDomain {
    guard bytes.contains(where: { !Character(UnicodeScalar($0)).isWhitespace }) else {
      throw CommandFailure(.unsupported, name, "is empty (expected a libvirt domain)")
    }
    do throws(XMLError) { return try LibvirtDomain(xml: bytes, release, isAccepted: isAccepted) } catch {
      switch error {
      case .noLibrary:
        throw CommandFailure(.incomplete, name, "\(error)", hint: .command("apt-get", "install", "libxml2"))
      case .tooLong, .tooManyNodes, .documentType, .malformed:
        throw CommandFailure(.unsupported, name, "not a libvirt domain: \(error)")
      }
    }
  }

  /// Whether there is anything to say about `domain`.
  static func isOfInterest(_ domain: LibvirtDomain) -> Bool {
    domain.hasPersistentMemory || !domain.devices.isEmpty || domain.refusal != nil || domain.architecture == nil
  }

  /// What becomes of `domain` with `libvirt`, which may have accepted it already, under each of `releases`, failing that
  /// under that of its emulator, on its own architecture.
  func reports(
    of domain: LibvirtDomain, with libvirt: AskedLibvirt, isAccepted: Bool = false, under releases: [QEMURelease],
    linux: LinuxRelease? = nil, isConfirmed: Bool = false, on host: HostView = HostView()
  ) throws(CommandFailure) -> [DomainReport] {
    guard let architecture = domain.architecture else {
      throw CommandFailure(
        .unsupported, name, "the architecture \((domain.architectureName ?? "").escapedForTerminal) is not described")
    }
    guard Self.isOfInterest(domain) else {
      throw CommandFailure(.unsupported, name, "the domain has no memory device: nothing was checked")
    }
    return AskedRules.all(of: releases, on: architecture, program: domain.emulator, linux: linux).map { asked in
      DomainReport(
        domain, basis: libvirt.basis, at: path, isAccepted: isAccepted, isConfirmed: isConfirmed, under: asked, on: host
      )
    }
  }
}
