import Basics
import CommandSupport
import Libvirt
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// The XML document of a domain: a file, or standard input.
struct DomainDocument {
  /// The path; `-` is standard input.
  let path: String
  /// The name of the document in messages.
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

  /// Returns the domain in `bytes` as `release` reads it; `isAccepted` if `release` has already accepted it.
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

  /// Returns whether there is anything to report about `domain`.
  static func isOfInterest(_ domain: LibvirtDomain) -> Bool {
    domain.hasPersistentMemory || !domain.devices.isEmpty || domain.refusal != nil || domain.architecture == nil
  }

  /// Returns the reports on `domain` with `libvirt` (`isAccepted` if it has already accepted the domain) under each of
  /// `releases`, by default that of the domain's emulator, on the domain's architecture.
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
