import Foundation
import TestSupport
import Testing

/// The prediction for a domain must match libvirt's result: the same arguments for QEMU, or the same refusal.
@Suite(
  "Prediction against libvirt itself", .enabled(if: LibvirtOracle.folder != nil, "VNVDIMM_ORACLE_LIBVIRT is not set"))
struct LibvirtOracleTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_COUNT"].flatMap { Int($0) } ?? 400
  }

  @Test("on domains made at random") func generated() throws {
    let folder = try #require(LibvirtOracle.folder)
    let oracle = try #require(try LibvirtOracle(in: folder), "no libvirt and QEMU in \(folder)")
    var generator = SeededGenerator(fuzzing: "domains for libvirt")
    let domains = (0..<Self.count).map { _ in DomainMaker.random(for: oracle.libvirt, using: &generator) }
    let answers = try oracle.answers(to: domains)
    var (accepted, refused, unknown) = (0, 0, 0)
    for (domain, real) in zip(domains, answers) {
      let predicted = try LibvirtOracle.Answer(predicting: domain, by: oracle.libvirt, oracle.qemu)
      switch predicted {
      case .arguments: accepted += 1
      case .refuses: refused += 1
      case .unknown, .none: unknown += 1
      }
      #expect(predicted == .unknown || predicted == real, Comment(rawValue: "\(real)\n  \(predicted)\n  \(domain)"))
    }
    print("oracle: \(domains.count) domains, accepted \(accepted), refused \(refused), unknown \(unknown)")
    // A meaningful test has neither only refusals nor many domains that the prediction does not cover.
    #expect(accepted * 6 > domains.count)
    #expect(refused * 6 > domains.count)
    #expect(unknown * 20 < domains.count)
  }
}
