import ArgumentParser
import Basics
import CommandSupport
import QEMU
import Report

/// `vnvdimm-check domain FILE...`: libvirt domains.
struct Domain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "domain", abstract: "Check the persistent memory of libvirt domains.",
    usage: "vnvdimm-check domain [<options>] <files> ...",
    discussion: """
      Sizes, slots, memory and the architecture come from the domain.

      EXAMPLES
        virsh dumpxml guest | vnvdimm-check domain -
        vnvdimm-check domain --qemu-version 7.2 /etc/libvirt/qemu/guest.xml
      """)

  @Argument(
    help: "Domains, as 'virsh dumpxml' prints them; - is standard input.", completion: .file(), transform: utf8Path)
  var files: [String]

  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var libvirt: LibvirtReleaseOption
  @OptionGroup var guestKernel: GuestKernelOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var guestView: GuestViewOption
  @OptionGroup var confirmation: ConfirmOption
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let answers = AnswerForm(answer, guestView)
    let libvirt = AskedLibvirt(libvirt.libvirtVersion)
    try answers.check(releases.releases)
    guard answers.form != .guestView || files.count == 1 else {
      throw ValidationError("--guest-view shows one guest: give one domain")
    }
    var outcome = ExitStatus.done
    for file in files {
      let document = DomainDocument(path: file)
      let reports: [DomainReport]
      do throws(CommandFailure) {
        let domain = try document.domain(in: document.bytes(), libvirt.release)
        reports = try document.reports(
          of: domain, with: libvirt, under: releases.releases, linux: guestKernel.linux,
          isConfirmed: confirmation.confirm)
      } catch {
        // The failure of one file does not stop the check of the others.
        guard files.count > 1 else { throw error }
        StandardStream.diagnose(error, of: Check.programName)
        if answers.form == .json { try StandardStream.answer(error.document(of: Check.programName).formatted(.line)) }
        outcome = outcome.graver(error.status)
        continue
      }
      for report in reports.map({ $0.weighed(by: permits.permits) }) {
        if files.count > 1, answers.form == .text, !answers.isQuiet {
          try StandardStream.answer("\(file.asSubject): domain \(report.name.asSubject)")
        }
        try answers.print(report, of: files.count * max(1, releases.releases.count))
        outcome = outcome.graver(report.status)
      }
    }
    throw outcome.exitCode
  }
}
