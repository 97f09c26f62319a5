import Foundation
import Libvirt
import QEMU
import TestSupport

/// A libvirt that is asked, with its QEMU: of the system in the folder that `VNVDIMM_ORACLE_LIBVIRT` names.
struct LibvirtOracle {
  /// What libvirt makes of a domain, or what is predicted: QEMU's arguments about memory, or a refusal.
  enum Answer: Equatable {
    case arguments(MemoryArguments)
    case refuses(String)
    /// It ended, or said nothing that can be read.
    case none
    /// The prediction does not know.
    case unknown
  }

  static let folder: String? = {
    let folder = ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_LIBVIRT"] ?? ""
    return folder.isEmpty ? nil : folder
  }()

  let libvirt: LibvirtRelease
  let qemu: QEMURelease
  private let folder: String

  /// The libvirt of the system in `folder`; nil where there is none.
  init?(in folder: String) throws {
    self.folder = folder
    let lines = try Self.replies(asking: folder, ["<domain/>"])[0].split(separator: "\n")
    guard lines.count > 1, let libvirt = LibvirtRelease(parsing: String(lines[0])),
      let qemu = QEMURelease(parsing: String(lines[1]))
    else { return nil }
    (self.libvirt, self.qemu) = (libvirt, qemu)
  }

  /// One answer for each of `domains`.
  func answers(to domains: [String]) throws -> [Answer] {
    var answers: [Answer] = []
    // A libvirt that crashes is asked again for what comes behind.
    while answers.count < domains.count {
      let heard = try Self.replies(asking: folder, Array(domains.dropFirst(answers.count))).dropFirst().map(Self.answer)
      answers += heard.isEmpty ? [.none] : heard.prefix(domains.count - answers.count)
    }
    return answers
  }

  /// What `ask.sh` prints: the releases, and what is said of each of `domains`.
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
    // The folder of this driver, where that of the system has its own.
    return .arguments(MemoryArguments(words(line.replacing("/mnt/home/lib/qemu", with: "/var/lib/libvirt/qemu"))))
  }

  /// The words of a line as a shell reads them.
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
  /// What `libvirt` is predicted to make of `domain` for `qemu`, where no hugetlbfs is mounted.
  init(predicting domain: String, by libvirt: LibvirtRelease, _ qemu: QEMURelease) throws {
    let domain = try LibvirtDomain(xml: [UInt8](domain.utf8), libvirt)
    do throws(LibvirtRefusal) {
      let started = try domain.defined(for: qemu).started(on: LibvirtHost(hugePageSizes: []))
      self = .arguments(MemoryArguments(started.qemuArguments(qemu)))
    } catch { self = .refuses(error.description) }
  }
}
