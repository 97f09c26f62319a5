import Basics

/// The described programs, with the place in their sources for each statement (read 2026-11).
extension Consumer {
  /// All programs that are a value of `--for`, including those without persistent memory.
  package static let all: [Consumer] =
    [
      qemu, libvirt, qemuVirtioPMEM, nova, cloudHypervisor, cubeSandbox, firecracker, crosvm, stratoVirt, openVMM, kata,
      kataRS,
    ] + others

  /// The names of the programs that have persistent memory.
  package static let described: [String] = all.compactMap { consumer in
    if case .nothing = consumer.start { nil } else { consumer.name }
  }

  private static let unit: UInt64 = 2 << 20

  // MARK: QEMU and programs that start it

  private static let qemu = Consumer("qemu", "QEMU", .usual, unit: 16 << 20)

  private static let libvirt = Consumer("libvirt", "libvirt", .domain, unit: 16 << 20)

  private static let novaSource = "nova 34.0 nova/virt/libvirt/driver.py, nova/privsep/libvirt.py cleanup_vpmem"

  private static let nova = Consumer(
    "nova", "Nova",
    .qemu { path, length in
      [
        "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m",
        "1G,slots=1,maxmem=\(ByteCount((1 << 30) + length).argument)", "-object",
        "memory-backend-file,id=memnvdimm0,mem-path=\(path.replacing(",", with: ",,")),share=on,size=\(length),"
          + "align=2097152,pmem=on",
        "-device", "nvdimm,id=nvdimm0,memdev=memnvdimm0,label-size=2097152,slot=0",
      ]
    }, newest: ConsumerRelease(34, 0),
    [
      .fails("the namespace is not on the host", when: .missing, novaSource),
      .fails("it accepts only namespaces of the host in devdax mode", when: .file, novaSource),
      .fails("it accepts only namespaces of the host in devdax mode", when: .folder, novaSource),
      .tells(
        .erased, "Nova writes zeros to the namespace when the guest is deleted (daxio -z)", when: .device, novaSource),
    ])

  private static let qemuVirtioPMEM = Consumer(
    "qemu-virtio-pmem", "QEMU",
    .qemu { path, length in
      [
        "qemu-system-x86_64", "-machine", "q35", "-m", "1G,maxmem=\(ByteCount((2 << 30) + length).argument)", "-object",
        "memory-backend-file,id=mem1,share=on,mem-path=\(path.replacing(",", with: ",,")),size=\(length)", "-device",
        "virtio-pmem-pci,id=pmem1,memdev=mem1",
      ]
    },
    guestStatements)

  /// What Linux makes of a virtio-pmem device of any program.
  private static let guestStatements: [ConsumerStatement] = [
    .tells(
      .misaligned, "Linux maps no region that is not a multiple of 2 MiB: the guest has no /dev/pmem0",
      when: .guestMisaligned, "Linux 6.1 drivers/nvdimm/namespace_devs.c nvdimm_namespace_common_probe"),
    .tells(
      .noLabels, "a virtio-pmem device has no labels: the guest sees one raw namespace, and the label area is its own",
      when: .labelled, "Linux 6.1 drivers/nvdimm/nd_virtio.c"),
  ]

  private static let kataSource = "kata-containers 4.1.0 tools/osbuilder/image-builder/image_builder.sh:15"

  private static let kata = Consumer(
    "kata", "Kata Containers",
    .qemu { path, length in
      [
        "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m",
        "2G,slots=10,maxmem=\(ByteCount((4 << 30) + length).argument)",
        "-device", "nvdimm,id=nv0,memdev=mem0,unarmed=on", "-object",
        "memory-backend-file,id=mem0,mem-path=\(path.replacing(",", with: ",,")),size=\(length),readonly=on",
      ]
    }, newest: ConsumerRelease(4, 1, 0), unit: 128 << 20, isDirect: true, kataStatements,
    configuration: { path, _ in ["[hypervisor.qemu]", "image = \(path.tomlQuoted)", "disable_image_nvdimm = false"] })

  private static let kataRS = Consumer(
    "kata-rs", "Kata Containers (runtime-rs)",
    .qemu { path, length in
      [
        "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m",
        "2G,slots=10,maxmem=\(ByteCount((4 << 30) + length).argument)",
        "-object",
        "memory-backend-file,id=mem0,mem-path=\(path.replacing(",", with: ",,")),size=\(length),share=off,prealloc=off,readonly=on",
        "-device", "nvdimm,memdev=mem0,unarmed=on",
      ]
    }, newest: ConsumerRelease(4, 1, 0), unit: 128 << 20, isDirect: true, kataStatements,
    configuration: { path, _ in
      ["[hypervisor.qemu]", "image = \(path.tomlQuoted)", "vm_rootfs_driver = \"virtio-pmem\""]
    })

  private static let kataStatements: [ConsumerStatement] = [
    .tells(
      .hotplug, "Linux refuses RAM that is plugged behind it: Block size [0x8000000] unaligned hotplug range",
      when: .notMultiple(of: 128 << 20), kataSource),
    .tells(
      .noDAX, "the image has no info block: the guest mounts its root, /dev/pmem0p1, without DAX", when: .withoutDAX,
      "kata-containers 4.1.0 tools/osbuilder/image-builder/nsdax.gpl.c"),
  ]

  // MARK: Programs other than QEMU

  private static let noFolder = ConsumerStatement.fails(
    "a folder cannot be mapped", when: .folder, "mmap(2): ENODEV")

  private static let cloudHypervisor = Consumer(
    "cloud-hypervisor", "Cloud Hypervisor", .own(.exact), newest: ConsumerRelease(54, 0),
    options: [.size(), .switchable("discard_writes", ["on", "off"], usual: "off")], cloudHypervisorStatements,
    configuration: { path, choice in ["cloud-hypervisor --pmem \("file=\(path)\(choice.givenOptions)".shellQuoted)"] })

  private static let cloudHypervisorSource = "cloud-hypervisor@ae44c297 vmm/src/device_manager.rs"

  private static let cloudHypervisorStatements: [ConsumerStatement] =
    [
      .refuses(
        "Trying to use a directory for pmem but no size specified", when: .folderWithoutSize,
        "\(cloudHypervisorSource):3373,543"),
      .refuses(
        "Trying to use a size that is not multiple of 2MiB", when: .notMultiple(of: unit),
        "\(cloudHypervisorSource):3399,547"),
      .fails("there is no such file", when: .missing, "\(cloudHypervisorSource):3380"),
      .fails("an empty file cannot be mapped", when: .empty, "mmap(2): a length of 0 is EINVAL"),
      .refuses(
        "The specified file offset and length is greater then file length",
        when: .both(.beyondFile, .before(ConsumerRelease(52))), "vm-memory 0.16 src/mmap/unix.rs MappingPastEof"),
      .tells(
        .behindEnd, "a guest that touches memory beyond the end of the file loses its processor", when: .beyondFile,
        "vm-memory 0.17, commit b2eaf98"),
      .tells(
        .tail, "size= leaves out the end of the file", when: .withinFile, cloudHypervisorSource),
      .tells(
        .volatile, "the file in the folder has no name, and is lost when the guest ends", when: .folder,
        "\(cloudHypervisorSource):3373 O_TMPFILE"),
      .tells(
        .volatile, "discard_writes=on maps the file privately: what the guest writes is lost when it ends",
        when: .option("discard_writes", is: "on"), "cloud-hypervisor@ae44c297 virtio-devices/src/pmem.rs"),
    ] + guestStatements

  private static let cubeSandbox = Consumer(
    "cubesandbox", "CubeSandbox", .own(.exact),
    options: [.switchable("discard_writes", ["on"], usual: "on")], cloudHypervisorStatements)

  private static let firecracker = Consumer(
    "firecracker", "Firecracker", .own(.roundedUp(to: unit)), newest: ConsumerRelease(1, 16),
    options: [.switchable("read_only", ["true", "false"], usual: "false")],
    [
      .fails(
        "it has no persistent memory before 1.14", when: .before(ConsumerRelease(1, 14)),
        "firecracker pull request 5463"),
      .refuses(
        "Error accessing backing file: No such file or directory (os error 2)", when: .missing,
        "firecracker@81b38b9 src/vmm/src/devices/virtio/pmem/device.rs:39"),
      .refuses(
        "Unable to create the virtio-pmem device: Error backing file size is 0", when: .empty,
        "firecracker@81b38b9 src/vmm/src/devices/virtio/pmem/device.rs:188"),
      .refuses(
        "Unable to create the virtio-pmem device: Error backing file size is 0", when: .device,
        "firecracker@81b38b9 src/vmm/src/devices/virtio/pmem/device.rs:188: metadata().len() of a device is 0"),
      noFolder,
      .tells(
        .paddingLost,
        "Firecracker fills the device up to 2 MiB with private memory: what the guest writes there is lost",
        when: .padded, "firecracker@81b38b9 docs/pmem.md"),
      .tells(
        .readOnly,
        "the guest is not told that it cannot write: on x86_64 its writes are dropped, on aarch64 it is stopped",
        when: .option("read_only", is: "true"), "firecracker@81b38b9 docs/pmem.md"),
      .tells(
        .flush, "each flush request of the guest counts as the whole file in the rate limiter",
        when: .since(ConsumerRelease(1, 16)), "firecracker@81b38b9 src/vmm/src/devices/virtio/pmem/device.rs"),
    ] + guestStatements,
    configuration: { path, choice in
      let isReadOnly = choice.value(of: "read_only") ?? "false"
      return [
        "\"pmem\": [{\"id\": \"pmem0\", \"path_on_host\": \(path.jsonQuoted), \"root_device\": false, "
          + "\"read_only\": \(isReadOnly)}]"
      ]
    })

  private static let crosvm = Consumer(
    "crosvm", "crosvm", .own(.roundedUp(to: unit)),
    options: [.switchable("ro", ["true", "false"], usual: "false")],
    [
      .refuses(
        "failed to load disk image", when: .missing, "crosvm@f1e797a src/crosvm/sys/linux/device_helpers.rs:1211"),
      .refuses(
        "failed to reserve pmem memory", when: .device,
        "crosvm@f1e797a src/crosvm/sys/linux/device_helpers.rs: metadata().len() of a device is 0"),
      .refuses(
        "failed to reserve pmem memory", when: .empty, "crosvm@f1e797a src/crosvm/sys/linux/device_helpers.rs"),
      noFolder,
      .tells(
        .paddingLost, "crosvm fills the device up to 2 MiB with anonymous memory: what the guest writes there is lost",
        when: .padded, "crosvm@f1e797a src/crosvm/sys/linux/device_helpers.rs:1211"),
    ] + guestStatements,
    configuration: { path, choice in ["crosvm run --pmem \("\(path)\(choice.givenOptions)".shellQuoted)"] })

  private static let stratoVirt = Consumer(
    "stratovirt", "StratoVirt", .own(.exact),
    options: [.size(), .switchable("share", ["on", "off"], usual: "on")],
    [
      .refuses(
        "File size should align to 2MB for virtio-pmem@ID", when: .notMultiple(of: unit),
        "stratovirt@43498c97 virtio/src/device/pmem.rs realize()"),
      .fails("there is no such file", when: .missing, "stratovirt@43498c97 virtio/src/device/pmem.rs"),
      noFolder,
      .fails("an empty file cannot be mapped", when: .empty, "mmap(2): a length of 0 is EINVAL"),
      .tells(
        .behindEnd, "nothing is mapped beyond the end of the file", when: .beyondFile,
        "stratovirt@43498c97 virtio/src/device/pmem.rs"),
      .tells(
        .tail, "size= leaves out the end of the file", when: .withinFile,
        "stratovirt@43498c97 virtio/src/device/pmem.rs"),
      .tells(
        .volatile, "share=off maps the file privately: what the guest writes is lost when it ends",
        when: .option("share", is: "off"), "stratovirt@43498c97 realize_with_file_readonly(!share)"),
    ] + guestStatements,
    configuration: { path, choice in
      let size = choice.values["size"] ?? "$(stat -c %s \(path.shellQuoted))"
      return [
        "stratovirt -object memory-backend-file,id=mem1,mem-path=\(path),size=\(size),"
          + "share=\(choice.value(of: "share") ?? "on") \\",
        "  -device virtio-pmem-pci,id=pmem1,memdev=mem1",
      ]
    })

  private static let openVMM = Consumer(
    "openvmm", "OpenVMM", .own(.powerOfTwo(atLeast: unit)),
    [
      .fails("there is no such file", when: .missing, "openvmm@18468b55"), noFolder,
      .tells(
        .behindEnd,
        "OpenVMM rounds the device up to a power of two, maps only the file "
          + "into it, and ignores a failure to do so",
        when: .padded, "openvmm@18468b55 let _ = … map"),
    ] + guestStatements)

  // MARK: Programs without persistent memory

  private static let others: [Consumer] = [
    Consumer("kata-clh", "Kata Containers with Cloud Hypervisor", .nothing("the image is a virtio-blk disk")),
    Consumer("virtme-ng", "virtme-ng", .nothing("it passes on what --qemu-opts says")),
    Consumer("systemd-vmspawn", "systemd-vmspawn", .nothing("it has only RAM and disks")),
    Consumer("incus", "Incus", .nothing("it passes on what raw.qemu says")),
    Consumer("proxmox", "Proxmox VE", .nothing("it passes on what args: says")),
    Consumer("kubevirt", "KubeVirt", .nothing("a hook sidecar can change its domain")),
  ]
}

extension String {
  /// The text as a JSON string, which is a TOML string, too.
  fileprivate var jsonQuoted: String {
    "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }

  fileprivate var tomlQuoted: String { jsonQuoted }
}
