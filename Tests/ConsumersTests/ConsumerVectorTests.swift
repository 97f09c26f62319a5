import Basics
import Consumers
import QEMU
import Testing

/// The behaviour of each program with a backend of some length, according to its source; the table names the places.
struct ConsumerVector: Sendable, CustomTestStringConvertible {
  let choice: String
  let state: BackendState
  var outcome = ConsumerJudgement.Outcome.starts
  var guestSize: UInt64?
  /// The findings, each with its severity and the beginning of its text.
  var findings: [String] = []

  var testDescription: String { "\(choice): \(state)" }

  static func refused(_ choice: String, _ state: BackendState, _ words: String) -> ConsumerVector {
    ConsumerVector(choice: choice, state: state, outcome: .refuses(words), findings: ["error consumer-refuses"])
  }

  static let all: [ConsumerVector] = [
    .refused("cloud-hypervisor", .file(size: 3 << 20), "Trying to use a size that is not multiple of 2MiB"),
    ConsumerVector(choice: "cloud-hypervisor", state: .file(size: 4 << 20), guestSize: 4 << 20),
    ConsumerVector(choice: "cloud-hypervisor", state: .device(size: 4 << 20), guestSize: 4 << 20),
    .refused(
      "cloud-hypervisor,release=v51.0,size=6M", .file(size: 4 << 20),
      "The specified file offset and length is greater then file length"),
    ConsumerVector(
      choice: "cloud-hypervisor,release=v52.0,size=6M", state: .file(size: 4 << 20), guestSize: 6 << 20,
      findings: ["error consumer-behind-end at 0x400000"]),
    .refused("cloud-hypervisor", .directory, "Trying to use a directory for pmem but no size specified"),
    ConsumerVector(
      choice: "cloud-hypervisor,size=2M", state: .directory, guestSize: 2 << 20, findings: ["error consumer-volatile"]),
    ConsumerVector(
      choice: "cloud-hypervisor,discard_writes=on", state: .file(size: 2 << 20),
      findings: ["warning consumer-volatile"]),
    .refused(
      "firecracker", .file(size: 0), "Unable to create the virtio-pmem device: Error backing file size is 0"),
    .refused(
      "firecracker", .device(size: 2 << 20), "Unable to create the virtio-pmem device: Error backing file size is 0"),
    ConsumerVector(
      choice: "firecracker,release=1.14", state: .file(size: 3 << 20), guestSize: 4 << 20,
      findings: ["error consumer-padding-lost at 0x300000"]),
    ConsumerVector(
      choice: "firecracker,release=1.14", state: .file(size: 4097), guestSize: 2 << 20,
      findings: ["error consumer-padding-lost at 0x1001"]),
    ConsumerVector(
      choice: "firecracker", state: .file(size: 2 << 20), guestSize: 2 << 20, findings: ["note consumer-flush"]),
    ConsumerVector(
      choice: "firecracker,release=1.13", state: .file(size: 2 << 20),
      outcome: .fails("it has no persistent memory before 1.14"), findings: ["error consumer-refuses"]),
    ConsumerVector(
      choice: "crosvm", state: .file(size: 3 << 20), guestSize: 4 << 20,
      findings: ["error consumer-padding-lost at 0x300000"]),
    .refused("crosvm", .device(size: 2 << 20), "failed to reserve pmem memory"),
    .refused("stratovirt", .file(size: 3 << 20), "File size should align to 2MB for virtio-pmem@ID"),
    ConsumerVector(
      choice: "openvmm", state: .file(size: 3 << 20), guestSize: 4 << 20,
      findings: ["error consumer-behind-end at 0x300000"]),
    ConsumerVector(
      choice: "openvmm", state: .file(size: 6 << 20), guestSize: 8 << 20,
      findings: ["error consumer-behind-end at 0x600000"]),
    ConsumerVector(choice: "openvmm", state: .file(size: 8 << 20), guestSize: 8 << 20),
    ConsumerVector(
      choice: "qemu-virtio-pmem", state: .file(size: 3 << 20), findings: ["error guest-region-misaligned"]),
    ConsumerVector(
      choice: "kata", state: .file(size: 150_994_944),
      findings: ["warning consumer-hotplug-misaligned", "warning consumer-no-dax"]),
    ConsumerVector(choice: "kata", state: .file(size: 134_217_728), findings: ["warning consumer-no-dax"]),
    ConsumerVector(choice: "nova", state: .device(size: 4 << 30), findings: ["note consumer-erases"]),
    ConsumerVector(
      choice: "nova", state: .file(size: 4 << 30),
      outcome: .fails("it accepts only namespaces of the host in devdax mode"), findings: ["error consumer-refuses"]),
    ConsumerVector(
      choice: "nova", state: .missing, outcome: .fails("the namespace is not on the host"),
      findings: ["error consumer-refuses"]),
    ConsumerVector(choice: "cubesandbox", state: .file(size: 2 << 20), findings: ["note consumer-volatile"]),
    .refused("cubesandbox", .file(size: 3 << 20), "Trying to use a size that is not multiple of 2MiB"),
  ]
}

@Suite("Programs that take backends")
struct ConsumerVectorTests {
  @Test("each vector", arguments: ConsumerVector.all) func vector(_ vector: ConsumerVector) throws {
    let judgement = ConsumerJudgement(try ConsumerChoice(parsing: vector.choice), of: vector.state, at: "nv.img")
    #expect(judgement.outcome == vector.outcome)
    if let size = vector.guestSize { #expect(judgement.guestSize == size) }
    let found = judgement.findings.map { finding in
      "\(finding.severity.rawValue) \(finding.rule.id)" + (finding.offset.map { " at \($0.hex)" } ?? "")
    }
    #expect(found == vector.findings)
    #expect(judgement.sources.allSatisfy { !$0.isEmpty })
    #expect(judgement.sources.count == judgement.findings.count)
  }

  @Test("what lies in the backend decides how grave it is") func contents() throws {
    var contents = ConsumerContents()
    contents.holdsData = true
    contents.isBounded = true
    contents.hasLabels = true
    contents.isDirect = true
    func found(_ choice: String, _ size: UInt64) throws -> [String] {
      ConsumerJudgement(try ConsumerChoice(parsing: choice), of: .file(size: size), holding: contents, at: "nv.img")
        .findings.map { "\($0.severity.rawValue) \($0.rule.id)" }
    }
    #expect(try found("crosvm", 3 << 20) == ["warning consumer-padding-lost", "error consumer-no-labels"])
    #expect(try found("stratovirt,share=off", 2 << 20) == ["error consumer-volatile", "error consumer-no-labels"])
    #expect(try found("kata", 128 << 20) == [])
  }

  @Test("all are described by name, and the others say why they take none") func names() {
    for consumer in Consumer.all {
      if case .nothing(let reason) = consumer.start {
        #expect(throws: ConsumerChoice.Failure.nothing(consumer.title, reason)) {
          try ConsumerChoice(parsing: consumer.name)
        }
      } else {
        #expect((try? ConsumerChoice(parsing: consumer.name)) != nil, "\(consumer.name)")
      }
    }
  }

  @Test("releases are compared by their numbers") func releases() throws {
    let releases = ["1.9", "v1.14", "1.14.1", "51.0", "52"].compactMap { ConsumerRelease(parsing: $0) }
    #expect(releases.count == 5 && releases == releases.sorted())
    for text in ["", "v", "1.", "1.x", "1.2.3.4.5", "-1"] { #expect(ConsumerRelease(parsing: text) == nil) }
  }
}
