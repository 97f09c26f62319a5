import Foundation
import Libvirt
import QEMU
import TestSupport
import Testing

/// Domains, compared with the arguments and refusals of libvirt 9.0 that `make libvirt-vectors` records.
@Suite("Domains of libvirt")
struct LibvirtDomainTests {
  private static let names = (try? Corpus.names(in: "libvirt")) ?? []
  static let started = names.filter { $0.hasSuffix(".args") }.map { String($0.dropLast(5)) }
  static let refused = names.filter { $0.hasSuffix(".err") }.map { String($0.dropLast(4)) }

  private func domain(_ name: String) throws -> LibvirtDomain {
    try LibvirtDomain(xml: [UInt8](Corpus.data("libvirt/\(name).xml")), LibvirtRelease(9, 0))
  }

  @Test("there are enough of them") func count() {
    #expect(Self.started.count >= 40)
    #expect(Self.refused.count >= 40)
    #expect(Self.names.filter { $0.hasSuffix(".xml") }.count == Self.started.count + Self.refused.count)
  }

  @Test("QEMU gets the memory, backends and devices that libvirt gives it", arguments: started)
  func arguments(name: String) throws {
    let domain = try domain(name)
    let ours = Arguments(try domain.defined(for: QEMURelease(7, 2)).started().qemuArguments(QEMURelease(7, 2)))
    let lines = String(decoding: try Corpus.data("libvirt/\(name).args"), as: UTF8.self)
    let theirs = Arguments(lines.split(separator: "\n").map(String.init))
    #expect(ours.memory == theirs.memory)
    #expect(ours.devices == theirs.devices)
    #expect(ours.backends == theirs.backends)
    #expect(ours.plain == theirs.plain)
    #expect(!theirs.backends.isEmpty || !theirs.plain.isEmpty)
  }

  @Test("what libvirt refuses is refused in its words", arguments: refused)
  func refusals(name: String) throws {
    let message = String(decoding: try Corpus.data("libvirt/\(name).err"), as: UTF8.self)
    let error = #expect(throws: LibvirtRefusal.self) { _ = try domain(name).defined(for: QEMURelease(7, 2)).started() }
    #expect(error?.description == message.trimmingCharacters(in: .newlines))
  }

  @Test("a domain without <acpi/> gets no ACPI, and where there is none QEMU has no memory devices") func acpi() throws
  {
    func arguments(_ name: String, _ release: QEMURelease) throws -> [String] {
      try domain(name).defined(for: release).started().qemuArguments(release)
    }
    #expect(try arguments("base", QEMURelease(7, 2)).contains("-no-acpi"))
    #expect(try arguments("base", QEMURelease(9, 0)).prefix(2) == ["-machine", "pc,nvdimm=on,acpi=off"])
    #expect(try !arguments("acpi", QEMURelease(7, 2)).contains("-no-acpi"))
    #expect(try arguments("acpi", QEMURelease(9, 0)).prefix(2) == ["-machine", "pc,nvdimm=on"])
  }

  @Test("releases before JSON get the same in their syntax") func keyval() throws {
    let arguments = try domain("quoted-path").defined(for: QEMURelease(5, 2)).started()
      .qemuArguments(QEMURelease(5, 2))
    #expect(
      arguments.suffix(4) == [
        "-object",
        "memory-backend-file,id=memnvdimm0,mem-path=/tmp/a,,b 'c' \"d\" & é\\x.img,share=yes,prealloc=yes,size=536870912",
        "-device", "nvdimm,node=0,label-size=131072,memdev=memnvdimm0,id=nvdimm0,slot=0",
      ])
  }
}

/// The parts of a command line that concern memory, in a comparable form.
private struct Arguments {
  var memory: String?
  /// The properties of file backends; of RAM, which libvirt may keep in files of its own, only id and size.
  var backends: [[String: String]] = []
  var devices: [[String: String]] = []
  /// The backends that are not in JSON.
  var plain: [String] = []

  init(_ arguments: [String]) {
    for (option, value) in zip(arguments, arguments.dropFirst()) {
      switch option {
      case "-m": memory = value
      case "-object", "-device": add(option, value)
      default: break
      }
    }
  }

  private mutating func add(_ option: String, _ value: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(value.utf8)) as? [String: Any] else {
      plain.append(value)
      return
    }
    var properties = object.mapValues { "\($0)" }
    if option == "-device" {
      // The free PCI slot depends on all other devices.
      if properties["driver"]?.hasPrefix("virtio") == true { properties["bus"] = nil }
      if properties["driver"]?.hasPrefix("virtio") == true { properties["addr"] = nil }
      // libvirt generates one.
      if let uuid = properties["uuid"], uuid != "49545eb3-75e1-2d0a-acdd-f0294406c99e" { properties["uuid"] = "any" }
      devices.append(properties)
    } else if properties["id"]?.hasPrefix("memnvdimm") == true || properties["id"]?.hasPrefix("memvirtio") == true
      || properties["id"]?.hasPrefix("memua-") == true
    {
      backends.append(properties)
    } else if properties["id"] != "ppc_spapr.ram" {
      backends.append(properties.filter { ["id", "size"].contains($0.key) })
    }
  }
}
