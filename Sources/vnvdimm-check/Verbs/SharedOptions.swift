import ArgumentParser
import Basics
import CommandSupport
import Libvirt
import PersistentMemory
import QEMU
import Report

/// The releases of QEMU to check.
struct ReleaseOptions: ParsableArguments {
  @Option(
    name: .customLong("qemu-version"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "2.6 to 11.1. (repeatable; default: the installed one)", valueName: "release"),
    completion: .releases, transform: release)
  var releases: [QEMURelease] = []

  func validate() throws {
    guard let text = ReleaseVariable.qemu.value, releases.isEmpty else { return }
    do { _ = try release(text) } catch {
      throw ValidationError("\(ReleaseVariable.qemu.rawValue): \((error as? ValidationError)?.message ?? "")")
    }
  }
}

/// The release of libvirt that domains are for.
struct LibvirtReleaseOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The libvirt release, 7.0 or later. (default: the installed libvirt)", valueName: "release"),
    transform: libvirtRelease)
  var libvirtVersion: LibvirtRelease?

  func validate() throws {
    guard let text = ReleaseVariable.libvirt.value, libvirtVersion == nil else { return }
    do { _ = try libvirtRelease(text) } catch {
      throw ValidationError("\(ReleaseVariable.libvirt.rawValue): \((error as? ValidationError)?.message ?? "")")
    }
  }
}

/// Reads the value of `--libvirt-version`.
private func libvirtRelease(_ text: String) throws -> LibvirtRelease {
  guard let release = LibvirtRelease(parsing: text) else {
    throw ValidationError(
      "'\(text)' is not a known libvirt release (expected \(LibvirtRelease.oldest) or later)")
  }
  return release
}

/// The kernel of the guest.
struct GuestKernelOption: ParsableArguments {
  @Option(
    name: .customLong("linux"), parsing: .unconditional,
    help: ArgumentHelp(
      "The guest's Linux release, 5.10 or later. (default: 7.3)", valueName: "release",
      visibility: .rare), completion: .linuxReleases, transform: linuxRelease)
  var linux: LinuxRelease?
}

/// The architecture of the guest.
struct ArchitectureOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The guest's architecture. (default: that of the command line's program, or x86_64)", visibility: .rare),
    completion: Architecture.choices, transform: Architecture.init(choice:))
  var arch: Architecture?
}

/// The options for output that shows a single guest.
struct GuestViewOption: ParsableArguments {
  @Flag(help: "Print what ndctl list will print in the guest.")
  var guestView = false
}

/// Whether to ask QEMU itself.
struct ConfirmOption: ParsableArguments {
  @Flag(help: ArgumentHelp("Ask the installed QEMU too, on empty files.", visibility: .rare))
  var confirm = false
}

/// The options for the NVDIMMs and their machine.
struct DIMMOptions: ParsableArguments {
  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "QEMU's size=, the mapped size. (default: file size)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    name: .customLong("label-size"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "QEMU's label-size=: auto (as found), none or a size; once, or for each path. (default: auto)",
      valueName: "size"), completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSizes: [LabelSize] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The alignment, QEMU's align=. (default: QEMU's own)", visibility: .rare),
    completion: .alignments,
    transform: size)
  var align: ByteCount?

  @Option(
    name: .customLong("slot"), parsing: .unconditionalSingleValue,
    help: "The DIMM slot of each path; -1: as the labels. (default: -1)")
  var slotNumbers: [Int] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The guest's RAM: the size in QEMU's -m. (default: 128M)", visibility: .rare),
    completion: .sizes, transform: size)
  var ram: ByteCount?

  @Option(help: ArgumentHelp("slots= of QEMU's -m. (default: enough)", visibility: .rare))
  var slots: UInt64?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("maxmem= of QEMU's -m. (default: enough)", visibility: .rare),
    completion: .sizes, transform: size)
  var maxmem: ByteCount?

  @Option(
    help: ArgumentHelp(
      "Also report data that changing all namespaces to this mode would destroy: raw, sector, fsdax or devdax.",
      valueName: "mode", visibility: .rare), completion: NamespaceMode.choices, transform: NamespaceMode.init(choice:))
  var toMode: NamespaceMode?
}

extension DIMMOptions {
  /// Whether none of the options is given.
  var isPlain: Bool {
    mappedSize == nil && labelSizes.isEmpty && align == nil && slotNumbers.isEmpty && ram == nil && slots == nil
      && maxmem == nil && toMode == nil
  }
}

/// The file for metrics of a monitoring system.
struct MetricsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write metrics for Prometheus to a file, which is replaced atomically.", valueName: "file", visibility: .rare),
    completion: .file(), transform: utf8Path)
  var prometheus: String?
}

extension AnswerForm {
  init(_ options: AnswerOptions, _ guestView: GuestViewOption? = nil) {
    self.init(guestView?.guestView == true ? .guestView : options.json ? .json : .text, isQuiet: options.quiet)
  }

  /// Throws if a guest view is requested for more than one guest, or for an architecture that it does not support.
  func check(_ releases: [QEMURelease], on architecture: Architecture = .x86_64) throws {
    guard form == .guestView else { return }
    guard releases.count <= 1 else {
      throw ValidationError("--guest-view takes one --qemu-version: there is one guest")
    }
    guard architecture == .x86_64 else {
      throw ValidationError("--guest-view shows only guests on x86_64")
    }
  }
}

extension PathStart {
  init(_ options: DIMMOptions, _ releases: ReleaseOptions) {
    self.init()
    namesRelease = !releases.releases.isEmpty
    mappedSize = options.mappedSize?.bytes
    labelSizes = options.labelSizes
    alignment = options.align?.bytes
    slotNumbers = options.slotNumbers
    ram = options.ram?.bytes
    slots = options.slots
    maximum = options.maxmem?.bytes
    newMode = options.toMode
  }
}
