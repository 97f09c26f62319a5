import Foundation
import GuestImage
import SystemPackage

/// The emulated machine of the lab: QEMU in software emulation, with SVM and nested paging.
struct OuterMachine {
  private let folder: URL
  private let kernel: GuestKernel

  /// The output of the machine's serial console.
  let console: URL
  private let disk: URL
  /// A second disk, /dev/vdb, initially empty, that keeps its contents between the boots of one lab.
  private let spare: URL
  private let initramfs: URL
  /// The diagnostics of QEMU and of the tools that make the disk.
  private let log: URL

  /// Programs that scenarios use in addition to those of every guest image.
  private static let suite = [
    "vnvdimm", "vnvdimm-create", "vnvdimm-check", "vnvdimm-label-dump", "vnvdimm-migrate-labels",
    "vnvdimm-resize-guard", "guest-views", "map-reader",
  ]
  private static let foreign = [
    "/usr/bin/qemu-system-x86_64", "/usr/bin/iasl", "/usr/sbin/dmsetup", "/usr/sbin/mkfs.xfs", "/usr/bin/cp",
  ]
  private static let modules = ["kvm_amd", "virtio_pci", "virtio_blk", "dm_mod", "loop", "xfs"]
  private static let firmware = [
    "/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/linuxboot_dma.bin", "/usr/share/qemu/kvmvapic.bin",
  ]

  /// The folder of the programs just built, and of the scripts that run inside.
  private static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("outer")
  /// The pages and transcripts from which scenarios take commands; inside, they are /mnt/man, /mnt/README.md,
  /// /mnt/messages and /mnt/shells.
  private static let project = corpus.appendingPathComponent("../../../..").standardizedFileURL
  private static let shown = [
    ("man", "man"), ("README.md", "README.md"), ("Tests/Shells", "shells"), ("Tests/Corpus/messages", "messages"),
  ]
  /// Recorded label areas, for scenarios that repair them; inside, /mnt/corpus.
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Corpus/labels/judged")

  /// The console output that asks for a power cut; see `await_power_cut` in functions.sh.
  private static let powerCut = "lab: waiting for the power cut"

  /// Builds the machine's initramfs and its disk in `folder`. Guests are booted by our VMM, or by `vmm`.
  ///
  /// The machine is boot number `boot` of `boots`.
  init(
    in folder: URL, scenarios: [URL], programs: [String], timeLimit: Int, vmm: String, boot: Int = 1, boots: Int = 1
  ) throws {
    self.folder = folder
    kernel = try GuestKernel.newest()
    console = folder.appendingPathComponent("console.log")
    disk = folder.appendingPathComponent("disk.img")
    spare = folder.appendingPathComponent("spare.img")
    log = folder.appendingPathComponent("tools.log")
    initramfs = folder.appendingPathComponent("outer.cpio")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let chosen = ProcessInfo.processInfo.environment["VNVDIMM_FUZZ_SEED"] ?? "1"
    let seed = chosen == "random" ? "" : chosen
    let start = """
      export SCENARIO_LIMIT=\(timeLimit) GUEST_VMM=\(vmm) FUZZ_SEED=\(seed) BOOT=\(boot) BOOTS=\(boots)
      mount -t ext4 /dev/vda /mnt && cd /mnt && sh run.sh
      sync

      """
    let archives = try image(with: programs).initramfs() + GuestImage.archive(script: [UInt8](start.utf8))
    try Data(archives.joined()).write(to: initramfs)
    try makeDisk(with: scenarios)
  }

  /// Returns the image of the machine itself: our programs, real QEMU, and the kernel for guests, which is also its
  /// own.
  private func image(with programs: [String]) throws -> GuestImage {
    var image = try GuestImage(kernel: kernel, modules: GuestImage.modules + Self.modules)
    for name in Self.suite { try image.add(program: FilePath(Self.products.appendingPathComponent(name).path)) }
    for path in Self.foreign + programs { try image.add(program: FilePath(path)) }
    for path in Self.firmware { try image.add(file: FilePath(path)) }
    try image.add(file: FilePath("/boot/vmlinuz-\(kernel.release)"), from: kernel.image)
    if let modules = kernel.modules {
      for name in ["modules.dep", "modules.builtin"] { try image.add(file: modules.appending(name)) }
    }
    return image
  }

  /// Makes the disk: the scenarios, their runner, the guests' initramfs, and room for backends and results.
  private func makeDisk(with scenarios: [URL]) throws {
    let root = folder.appendingPathComponent("root")
    try? FileManager.default.removeItem(at: root)
    for name in ["scenarios", "results"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    let guest = try GuestImage(kernel: kernel).initramfs()
    try Data(guest.joined()).write(to: root.appendingPathComponent("guest.cpio"))
    try addKernelWithMachineChecks(to: root)
    try FileManager.default.copyItem(at: Self.corpus, to: root.appendingPathComponent("corpus"))
    for (source, name) in Self.shown {
      try FileManager.default.copyItem(
        at: Self.project.appendingPathComponent(source), to: root.appendingPathComponent(name))
    }
    for name in ["run.sh", "functions.sh"] {
      try FileManager.default.copyItem(
        at: Self.scripts.appendingPathComponent(name), to: root.appendingPathComponent(name))
    }
    for script in scenarios {
      try FileManager.default.copyItem(
        at: script, to: root.appendingPathComponent("scenarios").appendingPathComponent(script.lastPathComponent))
    }
    // Without a journal, all data on the disk is in its final place, where debugfs finds it.
    try HostCommand("mke2fs", ["-q", "-t", "ext4", "-O", "^has_journal", "-d", root.path, disk.path, "8G"])
      .run(output: log, log: log)
    guard !FileManager.default.fileExists(atPath: spare.path) else { return }
    try Data().write(to: spare)
    try FileHandle(forWritingTo: spare).truncate(atOffset: 1 << 30)
  }

  /// Adds another kernel, and an initramfs for it, as /mnt/checks.kernel and /mnt/checks.cpio: Debian's kernels for clouds
  /// have no machine checks up to Linux 6.1.
  private func addKernelWithMachineChecks(to root: URL) throws {
    let boot = "/boot"
    let releases = try FileManager.default.contentsOfDirectory(atPath: boot)
      .filter { $0.hasPrefix("config-") }.map { String($0.dropFirst("config-".count)) }
      .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
    let found = try releases.first { release in
      let configuration = try String(contentsOfFile: "\(boot)/config-\(release)", encoding: .utf8)
      return ["CONFIG_X86_MCE=y", "CONFIG_MEMORY_FAILURE=y"].allSatisfy { configuration.contains("\n\($0)\n") }
        && FileManager.default.fileExists(atPath: "/lib/modules/\(release)/modules.dep")
    }
    guard let found else {
      throw HostCommand.Failure(
        description: "no kernel with machine checks is installed: apt-get install linux-image-amd64")
    }
    let kernel = try GuestKernel(image: FilePath("\(boot)/vmlinuz-\(found)"))
    var image = try GuestImage(kernel: kernel)
    try image.add(program: FilePath(Self.products.appendingPathComponent("map-reader").path))
    try Data(image.initramfs().joined()).write(to: root.appendingPathComponent("checks.cpio"))
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: kernel.image.string), to: root.appendingPathComponent("checks.kernel"))
  }

  /// Without the instructions that copy byte by byte, which would take a nanosecond for each byte.
  private static let countedProcessor = "EPYC,+svm,+npt,-erms"

  /// Boots the machine and waits until it has powered off. With `icount`, its clock counts instructions.
  func boot(limit seconds: Int, icount: Bool, live: Bool) throws {
    let options = ["--kill-after=10", "\(seconds)", Self.program] + arguments(icount: icount)
    let command = HostCommand("timeout", options)
    try command.run(output: live ? nil : console, log: log)
  }

  /// Boots the machine and cuts its power when a scenario waits for that; data that had not reached its disks is lost.
  func bootUntilPowerCut(limit seconds: Int) throws {
    try HostCommand(Self.program, arguments(icount: false))
      .run(output: console, log: log, killedAt: Self.powerCut, limit: seconds)
  }

  private static let program = "qemu-system-x86_64"

  /// QEMU's software emulation occasionally loses a pending interrupt if the processor enters a guest at that moment. A
  /// periodic clock tick recovers from that; a clock that is programmed anew for each tick would stop for good.
  private static let steadyClock = "nohz=off highres=off"

  // The machine has one processor. With two, Linux patches kernel code while KVM runs it, and QEMU's emulation
  // occasionally keeps executing the temporary breakpoint in an endless loop.
  private func arguments(icount: Bool) -> [String] {
    [
      "-machine", "q35,nvdimm=on", "-accel", "tcg",
      "-cpu", icount ? Self.countedProcessor : "EPYC,+svm,+npt", "-smp", "1", "-m", "3G,slots=2,maxmem=8G",
      "-nodefaults", "-display", "none",
      "-no-reboot", "-serial", "stdio",
      "-drive", "if=virtio,format=raw,file=\(disk.path)", "-drive", "if=virtio,format=raw,file=\(spare.path)",
      "-kernel", kernel.image.string, "-initrd", initramfs.path,
      "-append",
      "console=ttyS0 loglevel=1 no_timer_check panic=-1 cryptomgr.notests" + (icount ? "" : " \(Self.steadyClock)"),
    ] + (icount ? ["-icount", "shift=0,sleep=off"] : []) + (0..<2).flatMap(nvdimm)
  }

  /// Returns the options for an NVDIMM of the machine itself, for scenarios that need persistent memory of the host.
  private func nvdimm(_ slot: Int) -> [String] {
    let backend = folder.appendingPathComponent("nvdimm\(slot).img").path
    return [
      "-object", "memory-backend-file,id=backend\(slot),share=on,mem-path=\(backend),size=268566528",
      "-device", "nvdimm,id=nvdimm\(slot),memdev=backend\(slot),label-size=128K",
    ]
  }

  /// Returns the folder with the results that the scenarios left on the machine's disk.
  func results() throws -> URL {
    try HostCommand("debugfs", ["-R", "rdump /results \(folder.path)", disk.path]).run(output: log, log: log)
    return folder.appendingPathComponent("results")
  }
}
