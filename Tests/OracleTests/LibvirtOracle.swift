import Foundation
import Libvirt
import QEMU
import TestSupport

/// The libvirt to compare with, and its QEMU: those of the system in the folder that `VNVDIMM_ORACLE_LIBVIRT` names.
struct LibvirtOracle {
  /// libvirt's answer to a domain, or the prediction of it: QEMU's arguments about memory, or a refusal.
  enum Answer: Equatable {
    case arguments(MemoryArguments)
    case refuses(String)
    /// libvirt ended, or its answer is unreadable.
    case none
    /// The prediction does not cover the domain.
    case unknown
  }

  static let folder: String? = {
    let folder = ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_LIBVIRT"] ?? ""
    return folder.isEmpty ? nil : folder
  }()

  let libvirt: LibvirtRelease
  let qemu: QEMURelease
  private let folder: String

  /// Makes the libvirt of the system in `folder`, or `nil` if there is none.
  init?(in folder: String) throws {
    self.folder = folder
    let lines = try Self.replies(asking: folder, ["<domain/>"])[0].split(separator: "\n")
    guard lines.count > 1, let libvirt = LibvirtRelease(parsing: String(lines[0])),
      let qemu = QEMURelease(parsing: String(lines[1]))
    else { return nil }
    (self.libvirt, self.qemu) = (libvirt, qemu)
  }

  /// Returns one answer for each of `domains`.
  func answers(to domains: [String]) throws -> [Answer] {
    var answers: [Answer] = []
    // If libvirt crashes, it is started again for the remaining domains.
    while answers.count < domains.count {
      let heard = try Self.replies(asking: folder, Array(domains.dropFirst(answers.count))).dropFirst().map(Self.answer)
      answers += heard.isEmpty ? [.none] : heard.prefix(domains.count - answers.count)
    }
    return answers
  }

  /// Returns the output of `ask.sh`: the releases, and the answer to each of `domains`.
  private static func replies(asking folder: String, _ domains: [String]) throws -> [Substring] {
    let scratch = try TemporaryDirectory()
    for (index, domain) in domains.enumerated() {
      try Data(domain.utf8).write(to: scratch.url.appendingPathComponent("\(100_000 + index).xml"))
    }
    let script = Corpus.folder.appendingPathComponent("libvirt/ask.sh")
    return try ProgramRun(executable: script, [folder, scratch.url.path]).text.split(
      separator: "virsh # domxml-to-native qemu-argv ", omittingEmptySubsequences: false)
  }

  private static func answer(_ reply: Substring) -> Answer {
    let lines = reply.split(separator: "\n")
    if let error = lines.first(where: { $0.hasPrefix("error: ") }) { return .refuses(String(error.dropFirst(7))) }
    guard let line = lines.first(where: { $0.hasPrefix("LC_ALL=C ") }) else { return .none }
    // Replaces the system's folder of the driver by this driver's.
    return .arguments(MemoryArguments(words(line.replacing("/mnt/home/lib/qemu", with: "/var/lib/libvirt/qemu"))))
  }

  /// Returns the words of a line as a shell splits it.
  private static func words(_ line: some StringProtocol) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isEscaped) = (false, false)
    for character in line {
      switch character {
      case _ where isEscaped: (word, isEscaped) = (word + String(character), false)
      case "'": isQuoted.toggle()
      case "\\" where !isQuoted: isEscaped = true
      case " " where !isQuoted: (words, word) = (words + [word], "")
      default: word.append(character)
      }
    }
    return words + [word]
  }
}

extension LibvirtOracle.Answer {
  /// Makes the predicted answer of `libvirt` to `domain` for `qemu`, with no hugetlbfs mounted.
  init(predicting domain: String, by libvirt: LibvirtRelease, _ qemu: QEMURelease) throws {
    let domain = try LibvirtDomain(xml: [UInt8](domain.utf8), libvirt)
    do throws(LibvirtRefusal) {
      let started = try domain.defined(for: qemu).started(on: LibvirtHost(hugePageSizes: []))
      self = .arguments(MemoryArguments(started.qemuArguments(qemu)))
    } catch { self = .refuses(error.description) }
  }
}
