/// A property of `-machine` that does not concern memory devices, and the values that it accepts. One row for each.
///
/// Sources: `qom-list /machine` of QEMU 5.2, 7.2, 10.0 and 11.1 on every board; `object_class_property_add*` in
/// `hw/core/machine.c`, `hw/i386/*.c`, `hw/arm/virt.c`, `hw/ppc/spapr*.c`, `hw/s390x/s390-virtio-ccw.c`, 2.6 to 5.1 and
/// 10.2.
struct MachineProperty: Sendable {
  enum Value: Sendable {
    case boolean
    case onOffAuto
    case size
    case integer
    /// The value has no effect here.
    case any
    /// The property can only be read.
    case readOnly
    /// The property comes with the board, after all options, so that no option finds it.
    case later
    /// An object that protects the guest's memory.
    case guestSupport
  }

  let name: String
  let value: Value
  let boards: Set<MachineIdentity.Kind>
  let releases: ReleaseRange

  private init(
    _ name: String, _ value: Value = .any, _ boards: Set<MachineIdentity.Kind> = everyBoard,
    _ releases: ReleaseRange = .all
  ) {
    (self.name, self.value, self.boards, self.releases) = (name, value, boards, releases)
  }

  /// Returns the rows of the property `name`; empty if no known release has the property.
  static func rows(_ name: String) -> [MachineProperty] { all.filter { $0.name == name } }

  private static let everyBoard = Set(MachineIdentity.Kind.allCases)
  private static let pcs: Set<MachineIdentity.Kind> = [.isapc, .pc, .q35]
  private static let x86: Set<MachineIdentity.Kind> = [.isapc, .pc, .q35, .microvm]
  private static let withNodes: Set<MachineIdentity.Kind> = [.isapc, .pc, .q35, .microvm, .virt, .pseries]

  private static let all: [MachineProperty] = [
    // Every machine.
    .init("append"), .init("dt-compatible"), .init("dtb"), .init("dumpdtb"), .init("firmware"), .init("initrd"),
    .init("kernel"), .init("dump-guest-core", .boolean), .init("mem-merge", .boolean), .init("usb", .boolean),
    .init("suppress-vmdesc", .boolean), .init("phandle-start", .integer),
    .init("enforce-config-section", .boolean, everyBoard, .before(5, 2)),
    .init("iommu", .boolean, everyBoard, .before(2, 8)),
    .init("graphics", .boolean, everyBoard, .since(2, 7)),
    .init("memory-encryption", .guestSupport, everyBoard, .since(2, 12)),
    .init("confidential-guest-support", .guestSupport, everyBoard, .since(6, 0)),
    .init("aux-ram-share", .boolean, everyBoard, .since(10, 0)), .init("shim", .any, everyBoard, .since(10, 0)),
    .init("smp-cache", .any, everyBoard, .since(10, 0)), .init("spcr", .boolean, everyBoard, .since(10, 1)),
    .init("x-change-vmfd-on-reset", .boolean, everyBoard, .since(11, 0)),
    .init("hmat", .boolean, withNodes, .since(5, 0)), .init("rtc-time", .later),
    // PC.
    .init("acpi", .onOffAuto, x86.union([.virt]), .since(5, 0)),
    .init("smm", .onOffAuto, pcs), .init("smm", .onOffAuto, [.microvm], .since(4, 2)),
    .init("vmport", .onOffAuto, pcs), .init("acpi-device", .later),
    .init("hotplug-memory-region-size", .readOnly, pcs, .before(3, 0)),
    .init("device-memory-region-size", .readOnly, pcs, .since(3, 0).before(8, 0)),
    .init("smbus", .boolean, pcs, .since(2, 9)), .init("sata", .boolean, pcs, .since(2, 9)),
    .init("pit", .boolean, pcs, .since(2, 9).before(6, 2)), .init("pit", .onOffAuto, pcs, .since(6, 2)),
    .init("pic", .onOffAuto, pcs, .since(6, 2)),
    .init("pflash0", .any, pcs.union([.virt]), .since(4, 0)), .init("pflash1", .any, pcs.union([.virt]), .since(4, 0)),
    .init("pcspk-audiodev", .any, pcs, .since(5, 1)), .init("hpet", .boolean, pcs, .since(5, 2)),
    .init("max-fw-size", .size, pcs, .since(6, 0)),
    .init("default-bus-bypass-iommu", .boolean, pcs.union([.virt]), .since(6, 1)),
    .init("bus-lock-ratelimit", .integer, x86, .since(6, 1)), .init("sgx-epc", .any, x86, .since(6, 2)),
    .init("smbios-entry-point-type", .any, pcs, .since(6, 2)), .init("i8042", .boolean, pcs, .since(7, 0)),
    .init("x-oem-id", .any, x86.union([.virt]), .since(6, 0)),
    .init("x-oem-table-id", .any, x86.union([.virt]), .since(6, 0)),
    .init("cxl", .boolean, pcs, .since(7, 1)), .init("cxl-fmw", .any, pcs, .since(7, 1)),
    .init("fd-bootchk", .boolean, pcs, .since(9, 0)), .init("x-south-bridge", .any, [.pc], .since(8, 2)),
    .init("wdat", .boolean, [.q35], .since(11, 0)), .init("smram", .later),
    // microvm.
    .init("auto-kernel-cmdline", .boolean, [.microvm]), .init("isa-serial", .boolean, [.microvm]),
    .init("x-option-roms", .boolean, [.microvm]), .init("rtc", .onOffAuto, [.microvm]),
    .init("pic", .onOffAuto, [.microvm]), .init("pit", .onOffAuto, [.microvm]),
    .init("pcie", .onOffAuto, [.microvm], .since(5, 2)), .init("ioapic2", .onOffAuto, [.microvm], .since(6, 0)),
    // aarch64.
    .init("gic-version", .any, [.virt]), .init("highmem", .boolean, [.virt]), .init("secure", .boolean, [.virt]),
    .init("virtualization", .boolean, [.virt], .since(2, 9)), .init("its", .boolean, [.virt], .since(2, 9)),
    .init("iommu", .any, [.virt], .since(3, 0)), .init("ras", .boolean, [.virt], .since(5, 1)),
    .init("mte", .boolean, [.virt], .since(5, 1)), .init("dtb-kaslr-seed", .boolean, [.virt], .since(7, 0)),
    .init("dtb-randomness", .boolean, [.virt], .since(7, 1)), .init("compact-highmem", .boolean, [.virt], .since(8, 0)),
    .init("highmem-ecam", .boolean, [.virt], .since(8, 0)), .init("highmem-mmio", .boolean, [.virt], .since(8, 0)),
    .init("highmem-redists", .boolean, [.virt], .since(8, 0)),
    .init("highmem-mmio-size", .size, [.virt], .since(10, 0)), .init("cxl", .boolean, [.virt], .since(11, 0)),
    .init("cxl-fmw", .any, [.virt], .since(11, 0)), .init("msi", .any, [.virt], .since(11, 0)),
    .init("virtio-mmio-transports", .integer, [.virt], .since(11, 0)),
    // ppc64.
    .init("kvm-type", .any, [.pseries]), .init("host-model", .any, [.pseries]), .init("host-serial", .any, [.pseries]),
    .init("modern-hotplug-events", .boolean, [.pseries], .since(2, 8)),
    .init("resize-hpt", .any, [.pseries], .since(2, 10)), .init("max-cpu-compat", .any, [.pseries], .since(2, 10)),
    .init("vsmt", .integer, [.pseries], .since(2, 11)),
    .init("vfio-no-msix-emulation", .boolean, [.pseries], .since(2, 12)),
    .init("ic-mode", .any, [.pseries], .since(4, 0)), .init("kernel-addr", .integer, [.pseries], .since(5, 0)),
    .init("x-vof", .boolean, [.pseries], .since(6, 1)), .init("cap-htm", .boolean, [.pseries], .since(2, 12)),
    .init("cap-vsx", .boolean, [.pseries], .since(2, 12)), .init("cap-dfp", .boolean, [.pseries], .since(2, 12)),
    .init("cap-cfpc", .any, [.pseries], .since(2, 12)), .init("cap-sbbc", .any, [.pseries], .since(2, 12)),
    .init("cap-ibs", .any, [.pseries], .since(2, 12)), .init("cap-hpt-max-page-size", .any, [.pseries], .since(3, 0)),
    .init("cap-nested-hv", .boolean, [.pseries], .since(3, 1)),
    .init("cap-large-decr", .boolean, [.pseries], .since(4, 0)),
    .init("cap-ccf-assist", .boolean, [.pseries], .since(4, 0)), .init("cap-fwnmi", .boolean, [.pseries], .since(5, 0)),
    .init("cap-rpt-invalidate", .boolean, [.pseries], .since(6, 2)),
    .init("cap-ail-mode-3", .boolean, [.pseries], .since(8, 0)),
    .init("cap-nested-papr", .boolean, [.pseries], .since(9, 0)),
    .init("cap-dawr1", .boolean, [.pseries], .since(10, 0)),
    // s390x.
    .init("aes-key-wrap", .boolean, [.s390]), .init("dea-key-wrap", .boolean, [.s390]),
    .init("loadparm", .any, [.s390], .since(2, 10)),
  ]
}
