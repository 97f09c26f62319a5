import Basics
import Foundation
import Libvirt
import QEMU
import TestSupport
import Testing

@Suite("Hostile domains")
struct LibvirtFuzzTests {
  private func error(of text: String) -> XMLError? {
    #expect(throws: XMLError.self) { _ = try LibvirtDomain(xml: [UInt8](text.utf8)) }
  }

  @Test("entities that grow are refused before they do") func entities() {
    let entities = (1...9).map { "<!ENTITY e\($0) \"\(String(repeating: "&e\($0 - 1);", count: 10))\">" }.joined()
    let bomb = "<!DOCTYPE domain [<!ENTITY e0 \"nvdimm\">\(entities)]><domain><name>&e9;</name></domain>"
    #expect(error(of: bomb) == .documentType)
    #expect(error(of: "<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><domain/>") == .documentType)
    // Without a document type there are no entities.
    guard case .malformed? = error(of: "<domain><name>&e9;</name></domain>") else {
      Issue.record("an entity that nobody declared")
      return
    }
  }

  @Test("depth, numbers and length have limits") func limits() {
    let deep = String(repeating: "<a>", count: 100_000)
    guard case .malformed? = error(of: deep) else {
      Issue.record("100000 elements in each other")
      return
    }
    let nested = String(repeating: "<a>", count: 1000) + String(repeating: "</a>", count: 1000)
    #expect(error(of: nested) != nil)
    let broad = "<domain>" + String(repeating: "<a/>", count: 70_000) + "</domain>"
    #expect(error(of: broad) == .tooManyNodes(limit: 65536))
    let attributes = "<domain " + (0..<70_000).map { "a\($0)=''" }.joined(separator: " ") + "/>"
    // The limit applies before libxml2 counts attributes, which would take as long as many domains together.
    #expect(error(of: attributes) == .tooManyNodes(limit: 4096))
    #expect(error(of: String(repeating: " ", count: 5 << 20)) == .tooLong(limit: 4 << 20))
    #expect(error(of: "") != nil)
    #expect(error(of: "<domain>\u{1}</domain>") != nil)
  }

  @Test("a domain that says it is UTF-16 hides nothing") func encoding() {
    let bytes = Array("<?xml version='1.0' encoding='UTF-16'?><domain/>".utf16).flatMap {
      [UInt8($0 & 255), UInt8($0 >> 8)]
    }
    #expect(throws: XMLError.self) { _ = try LibvirtDomain(xml: bytes) }
  }

  @Test("no domain traps, and one that is started has sizes that libvirt would give it") func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "domains")
    let seeds = try Corpus.names(in: "libvirt").filter { $0.hasSuffix(".xml") }
      .map { [UInt8](try Corpus.data("libvirt/\($0)")) }
    let numbers = [
      "0", "-1", "18446744073709551615", "9223372036854775807", "4294967296", "1", "", "0x10", "1e9", "+5",
    ]
    var started = 0
    let releases = [LibvirtRelease(7, 0), LibvirtRelease(9, 0), LibvirtRelease(10, 0), .newest]
    for _ in 0..<SeededGenerator.count(default: 3000, optimized: 30000) {
      var text = seeds.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &generator) { text.mutate(numbers, &generator) }
      let release = releases.randomElement(using: &generator) ?? .newest
      guard let domain = try? LibvirtDomain(xml: text, release).defined(for: .newest).started() else { continue }
      started += 1
      #expect(!domain.qemuArguments(.newest).isEmpty)
      for device in domain.devices where device.model == .nvdimm {
        #expect(device.labelSize < device.size)
        #expect((device.size - (domain.architecture == .ppc64 ? device.labelSize : 0)).isMultiple(of: 2048))
      }
    }
    #expect(started > 0)
  }
}

extension [UInt8] {
  /// Changes a byte, drops or repeats a part, or replaces a number by another one.
  fileprivate mutating func mutate(_ numbers: [String], _ generator: inout SeededGenerator) {
    guard count > 4 else { return }
    let start = Int.random(in: 0..<count - 1, using: &generator)
    let end = Swift.min(count, start + Int.random(in: 1...40, using: &generator))
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: self[start] = UInt8.random(in: 0...255, using: &generator)
    case 1: removeSubrange(start..<end)
    case 2: insert(contentsOf: self[start..<end], at: start)
    default:
      let digits = 0x30...0x39 as ClosedRange<UInt8>
      guard let first = self[start...].firstIndex(where: { digits.contains($0) }) else { return }
      let last = self[first...].firstIndex { !digits.contains($0) } ?? count
      replaceSubrange(first..<last, with: (numbers.randomElement(using: &generator) ?? "7").utf8)
    }
  }
}
