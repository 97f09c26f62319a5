import Basics

/// The files that QEMU opens while it starts, other than memory backends. Whether QEMU may open a file that is there is
/// not judged, because QEMU may run as another user.
extension MachineStartup {
  /// Opens the images of disks: first those of `-blockdev`, then the others, in their order. Source: QEMU
  /// `configure_blockdev`.
  mutating func openImages() throws(QEMUStop) {
    guard !isStrict else { return }
    for image in command.blockDevices + command.drives {
      if let reason = reasonForAbsence(of: image.path) {
        throw .complaint(.file(.image(image.path, reason: reason)), at: image.location)
      }
      guard case .directory = hostPath(image.path).forReading else { continue }
      throw .complaint(
        .file(
          image.isOpenedForWriting
            ? .image(image.path, reason: "Is a directory") : .imageIsFolder(image.path, release)),
        at: image.location)
    }
  }

  /// Checks that what only a kernel uses comes with a kernel. Source: QEMU `qemu_validate_options`.
  func checkKernelOptions() throws(QEMUStop) {
    guard !isStrict, command.machine["kernel"] == nil else { return }
    for option in ["append", "initrd"] where command.machine[option] != nil {
      throw complain(.file(.needsKernel(option: option)))
    }
  }

  /// Loads the firmware and then the kernel. pseries before 6.1 loads them the other way round, and later ones load the
  /// firmware earlier.
  mutating func loadBootFiles() throws(QEMUStop) {
    if machine?.kind != .pseries { try loadFirmware() }
    try loadKernel()
    if machine?.kind == .pseries, !loadsFirmwareFirst { try loadFirmware() }
  }

  /// Whether the board loads its firmware before it lays out its memory. Source: QEMU `hw/ppc/spapr.c`.
  var loadsFirmwareFirst: Bool { machine?.kind == .pseries && since(6, 1) }

  /// Loads the firmware that is read from a file. Sources: QEMU `x86_bios_rom_init`, `virt_firmware_init`,
  /// `spapr_machine_init`.
  mutating func loadFirmware() throws(QEMUStop) {
    guard !isStrict, let firmware, let loader else { return }
    if reasonForAbsence(of: firmware) != nil {
      guard !firmware.hasPrefix("/") else { throw complain(.file(.firmware(firmware, loader))) }
      // QEMU has files of its own, too, and not the same ones everywhere.
      if !Self.ownFirmware.contains(firmware) { undescribed.append("the firmware '\(firmware)'") }
      return
    }
    let isSuitable: Bool
    switch hostPath(firmware).forReading {
    case .file(let size) where loader == .pc: isSuitable = size > 0 && size.isMultiple(of: 64 << 10)
    case .directory: isSuitable = false
    default: isSuitable = true
    }
    guard isSuitable else { throw complain(.file(.unsuitableFirmware(firmware, loader, release))) }
  }

  /// What every QEMU brings along, or Debian beside it.
  private static let ownFirmware: Set<String> = [
    "bios.bin", "bios-256k.bin", "bios-microvm.bin", "qboot.rom", "OVMF.fd", "slof.bin",
  ]

  /// Loads the kernel, and then what comes with it. Sources: QEMU `x86_load_linux`, `arm_load_kernel`,
  /// `spapr_machine_init`.
  private mutating func loadKernel() throws(QEMUStop) {
    guard !isStrict, let loader, let kernel = command.machine["kernel"]?.text else { return }
    // A virt machine passes these files on to its firmware.
    let isPassedOn = loader == .virt && loadsFirmware
    if let reason = reasonForAbsence(of: kernel) {
      throw complain(.file(isPassedOn ? .passedOn(kernel) : .kernel(kernel, loader, reason: reason)))
    }
    if case .directory = hostPath(kernel).forReading {
      throw complain(.file(isPassedOn ? .passedOn(kernel) : .kernelIsFolder(kernel, loader)))
    }
    if let initrd = command.machine["initrd"]?.text {
      // A kernel of the multiboot standard has a list of files with arguments.
      guard loader != .pc || !initrd.contains(where: { ", ".contains($0) }) else { return }
      if let reason = reasonForAbsence(of: initrd) {
        throw complain(.file(isPassedOn ? .passedOn(initrd) : .initrd(initrd, loader, reason: reason, release)))
      }
      if case .directory = hostPath(initrd).forReading {
        throw complain(.file(isPassedOn ? .passedOn(initrd) : .initrdIsFolder(initrd, loader, release)))
      }
    }
    if loader == .pc { try loadDeviceTree() }
  }

  /// Reads the device tree that `-dtb` names. A virt machine does so when everything else is in place; pseries does not.
  mutating func loadDeviceTree() throws(QEMUStop) {
    guard !isStrict, let loader, loader != .pseries, let tree = command.machine["dtb"]?.text else { return }
    if reasonForAbsence(of: tree) != nil { throw complain(.file(.deviceTree(tree, loader))) }
    if case .directory = hostPath(tree).forReading { throw complain(.file(.deviceTree(tree, loader))) }
  }

  /// The code that loads what the machine boots; `nil` if it is not described.
  private var loader: FileRefusal.Loader? {
    switch machine?.kind {
    case .pc, .q35, .isapc, .microvm: .pc
    case .virt: .virt
    case .pseries: .pseries
    case .s390, .empty, .unlisted, nil: nil
    }
  }

  /// Returns the reason why nothing is at `path`, in the words of strerror(3); `nil` if something is, or may be.
  private mutating func reasonForAbsence(of path: String) -> String? {
    switch hostPath(path).forReading {
    case .missing, .danglingLink: Self.missing
    case .inaccessible(let reason): Self.reasonsForAbsence.contains(reason) ? reason : nil
    case .file, .device, .daxDevice, .directory, .unmappable, .zeroDevice, .nullDevice, .other: nil
    }
  }

  private static let missing = "No such file or directory"
  private static let reasonsForAbsence = [missing, "Not a directory", "Too many levels of symbolic links"]
}
