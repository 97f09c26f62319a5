/// The types of devices and objects that are ignored because they are neither memory devices nor memory backends, by
/// the releases that have them.
///
/// Sources: `-device help` of QEMU 5.2, 7.2, 10.0 and 11.1 on every architecture, including what a build leaves out;
/// `ObjectType` in `qapi/qom.json` of 10.2; `-object help` of the same four.
enum OtherType {
  /// Returns whether `release` is known to have a device called `name`.
  static func isDevice(_ name: String, _ release: QEMURelease) -> Bool {
    isProcessor(name) || devices.contains { $0.releases.contains(release) && $0.names.contains(name) }
  }

  /// Returns the releases that have an object of the type `name`; `nil` if no known release has one.
  static func objects(_ name: String) -> ReleaseRange? { objects.first { $0.names.contains(name) }?.releases }

  /// There are hundreds of processors, so that they are recognized by their suffix.
  private static func isProcessor(_ name: String) -> Bool { name.hasSuffix("-cpu") || name.hasSuffix("-cpu-core") }

  private static let objects: [(releases: ReleaseRange, names: Set<String>)] = table([
    (
      .all,
      """
      authz-list authz-list-file authz-listfile authz-pam authz-simple can-bus filter-buffer filter-dump
      filter-mirror filter-redirector filter-replay input-linux iothread pef-guest rng-egd rng-random secret
      throttle-group tls-creds-anon tls-creds-psk tls-creds-x509
      """
    ),
    (
      .since(2, 8),
      """
      colo-compare cryptodev-backend cryptodev-backend-builtin cryptodev-backend-lkcf filter-rewriter
      """
    ),
    (.since(2, 11), "pr-manager-helper"), (.since(2, 12), "can-host-socketcan cryptodev-vhost-user sev-guest"),
    (.since(4, 2), "input-barrier rng-builtin"), (.since(5, 0), "dbus-vmstate vhost-user-blk-server"),
    (.since(5, 1), "secret_keyring tls-cipher-suites"), (.since(6, 0), "qtest s390-pv-guest x-remote-object"),
    (.since(6, 2), "memory-backend-epc"), (.since(7, 1), "main-loop x-vfio-user-server"),
    (.since(7, 2), "thread-context"), (.since(9, 0), "acpi-generic-initiator iommufd"),
    (.since(9, 1), "sev-snp-guest"), (.since(9, 2), "acpi-generic-port"),
    (.since(10, 1), "arm-rme igvm-cfg tdx-guest"), (.since(11, 0), "monitor-hmp monitor-qmp"),
  ])

  private static let devices: [(releases: ReleaseRange, names: Set<String>)] = table([
    (
      .all,
      """
      160s33b 320s33b 640s33b AC97 AMDVI-PCI ES1370 VGA ac97 adb-keyboard adb-mouse adlib ahci am53c974
      amd-iommu at24c-eeprom at25128a-nonjedec at25256a-nonjedec at25df041a at25df321a at25df641 at25fs010
      at25fs040 at26df081a at26df161a at26df321 at26f004 at45db081d ati-vga bochs-display ccid-card-emulated
      ccid-card-passthru cirrus-vga cs4231a ctucan_pci dc390 diag288 dpcd ds1338 e1000 e1000-82540em
      e1000-82544gc e1000-82545em e1000e eTSEC edu en25f32 en25p32 en25p64 en25q32b en25q64 es1370 floppy
      gd25q32 gd25q64 gus hda-duplex hda-micro hda-output hyperv-testdev i2c-ddc i6300esb i8042 i82374 i82378
      i82550 i82551 i82557a i82557b i82557c i82558a i82558b i82559a i82559b i82559c i82559er i82562 i82801
      i82801b11-bridge ib700 ich9-ahci ich9-intel-hda ich9-usb-ehci1 ich9-usb-ehci2 ich9-usb-uhci1
      ich9-usb-uhci2 ich9-usb-uhci3 ich9-usb-uhci4 ich9-usb-uhci5 ich9-usb-uhci6 ide-cd ide-hd intel-hda
      intel-iommu ioh3420 ipmi-bmc-extern ipmi-bmc-sim ipoctal232 isa-applesmc isa-cirrus-vga isa-debug-exit
      isa-debugcon isa-fdc isa-ide isa-ipmi-bt isa-ipmi-kcs isa-m48t59 isa-parallel isa-serial isa-vga
      ivshmem-doorbell ivshmem-plain kvaser_pci led loader lsi lsi53c810 lsi53c895a m25p05 m25p10 m25p128 m25p16
      m25p20 m25p32 m25p40 m25p64 m25p80 m25pe16 m25pe20 m25pe80 m25px32 m25px32-s0 m25px32-s1 m25px64 m41t80
      m45pe10 m45pe16 m45pe80 mc146818rtc megasas megasas-gen2 mioe3680_pci mptsas1068 mt25ql01g mt25ql512ab
      mt25qu01g mx25l12805d mx25l12855e mx25l1606e mx25l2005a mx25l25635e mx25l25655e mx25l3205d mx25l4005a
      mx25l6405d mx25l8005 mx66l1g45g mx66l51235f mx66u1g45g mx66u51235f n25q00 n25q00a n25q032 n25q032a11
      n25q032a13 n25q064 n25q064a11 n25q064a13 n25q128 n25q128a11 n25q128a13 n25q256a n25q256a11 n25q256a13
      n25q512a n25q512a11 n25q512a13 n25q512ax3 ne2k_isa ne2k_pci nec-usb-xhci nvme nvme-ns pc-testdev pca9552
      pci-bridge pci-bridge-seat pci-ipmi-bt pci-ipmi-kcs pci-ohci pci-serial pci-serial-2x pci-serial-4x
      pci-testdev pcie-pci-bridge pcie-root-port pcm3680_pci pcnet piix3-ide piix3-usb-uhci piix4-ide
      piix4-usb-uhci prep-systemio pvpanic pvscsi pxb pxb-pcie qemu-xhci qxl qxl-vga ramfb rocker rs6000-mc
      rtl8139 s25fl016k s25fl064k s25fl129p0 s25fl129p1 s25fl256s0 s25fl256s1 s25fl512s s25fs512s s25sl004a
      s25sl008a s25sl016a s25sl032a s25sl032p s25sl064a s25sl064p s25sl12800 s25sl12801 s70fl01gs s70fs01gs sb16
      sclpconsole sclplmconsole scsi-block scsi-cd scsi-generic scsi-hd sd-card sdhci-pci secondary-vga sii3112
      sii9022 sm501 smbus-ipmi spapr-pci-host-bridge spapr-rng spapr-tpm-proxy spapr-vlan spapr-vscsi spapr-vty
      ssd0303 ssd0323 sst25vf016b sst25vf032b sst25vf040b sst25vf080b sst25wf010 sst25wf020 sst25wf040
      sst25wf080 sst25wf512 sungem tmp105 tmp421 tmp422 tmp423 tpci200 tpm-crb tpm-spapr tpm-tis tpm-tis-device
      tulip u2f-passthru usb-audio usb-bot usb-braille usb-ccid usb-ehci usb-host usb-hub usb-kbd usb-mouse
      usb-mtp usb-net usb-redir usb-serial usb-storage usb-tablet usb-uas usb-wacom-tablet vfio-ap vfio-ccw
      vfio-pci vfio-pci-igd-lpc-bridge vfio-pci-nohotplug vhost-scsi vhost-scsi-ccw vhost-scsi-pci
      vhost-scsi-pci-non-transitional vhost-scsi-pci-transitional vhost-user-blk vhost-user-blk-pci
      vhost-user-blk-pci-non-transitional vhost-user-blk-pci-transitional vhost-user-fs-ccw vhost-user-fs-device
      vhost-user-fs-pci vhost-user-gpu vhost-user-gpu-pci vhost-user-input vhost-user-input-pci vhost-user-scsi
      vhost-user-scsi-pci vhost-user-scsi-pci-non-transitional vhost-user-scsi-pci-transitional vhost-user-vga
      vhost-user-vsock-device vhost-user-vsock-pci vhost-user-vsock-pci-non-transitional vhost-vsock-ccw
      vhost-vsock-device vhost-vsock-pci vhost-vsock-pci-non-transitional virtconsole virtio-9p virtio-9p-device
      virtio-9p-pci virtio-9p-pci-non-transitional virtio-9p-pci-transitional virtio-balloon virtio-balloon-ccw
      virtio-balloon-device virtio-balloon-pci virtio-balloon-pci-non-transitional
      virtio-balloon-pci-transitional virtio-blk virtio-blk-ccw virtio-blk-device virtio-blk-pci
      virtio-blk-pci-non-transitional virtio-blk-pci-transitional virtio-crypto-ccw virtio-crypto-device
      virtio-crypto-pci virtio-gpu virtio-gpu-ccw virtio-gpu-device virtio-gpu-gl virtio-gpu-gl-pci
      virtio-gpu-pci virtio-input-host virtio-input-host-device virtio-input-host-pci virtio-iommu
      virtio-iommu-device virtio-iommu-pci virtio-keyboard virtio-keyboard-ccw virtio-keyboard-device
      virtio-keyboard-pci virtio-mem virtio-mem-pci virtio-mouse virtio-mouse-ccw virtio-mouse-device
      virtio-mouse-pci virtio-net virtio-net-ccw virtio-net-device virtio-net-pci
      virtio-net-pci-non-transitional virtio-net-pci-transitional virtio-pmem virtio-rng virtio-rng-ccw
      virtio-rng-device virtio-rng-pci virtio-rng-pci-non-transitional virtio-rng-pci-transitional virtio-scsi
      virtio-scsi-ccw virtio-scsi-device virtio-scsi-pci virtio-scsi-pci-non-transitional
      virtio-scsi-pci-transitional virtio-serial virtio-serial-ccw virtio-serial-device virtio-serial-pci
      virtio-serial-pci-non-transitional virtio-serial-pci-transitional virtio-tablet virtio-tablet-ccw
      virtio-tablet-device virtio-tablet-pci virtio-vga virtio-vga-gl virtserialport vmbus-bridge vmcoreinfo
      vmgenid vmmouse vmware-svga vmxnet3 w25q256 w25q32 w25q32dw w25q512jv w25q64 w25q80 w25q80bl w25x10 w25x16
      w25x20 w25x32 w25x40 w25x64 w25x80 wm8750 x-terminal3270 x3130-upstream xen-backend xen-cdrom xen-console
      xen-disk xen-net-device xen-pci-passthrough xen-platform xen-pvdevice xio3130-downstream zpci
      """
    ),
    (
      .since(7, 2),
      """
      acpi-erst adm1272 aspeed.i2c.slave cxl-downstream cxl-rp cxl-type3 cxl-upstream dps310 emc1413 emc1414
      guest-loader hv-syndbg is25lp016d is25lp032 is25lp064 is25lp080d is25lp128 is25lp256 is25lq040b is25wp032
      is25wp064 is25wp128 is25wp256 isl69259 isl69260 lsm303dlhc_mag macio-newworld macio-oldworld max31785
      max34451 mt25ql02g mt25qu02g mt35xu01g mx25l25635f nvme-subsys pca9546 pca9548 pnv-phb pnv-phb-root-port
      pvpanic-pci pxb-cxl raa228000 raa229004 spapr-nvdimm vhost-user-gpio-device vhost-user-gpio-pci
      vhost-user-i2c-device vhost-user-i2c-pci vhost-user-rng vhost-user-rng-pci virtio-9p-ccw w25q01jvq
      x-pci-proxy-dev
      """
    ),
    (
      .since(10, 0),
      """
      25csm04 adm1266 axp209_pmu axp221_pmu cfam cxl-switch-mailbox-cci dm163 fsi.master fsi.scratchpad
      fsi.slave hv-balloon i2c-echo ide-cf igb mt35xu02gbba pca9554 pnv-N1-chiplet pnv-nest-chiplet-pervasive
      rs5c372 sd-card-spi tpm-tis-i2c uefi-vars-sysbus uefi-vars-x64 ufs ufs-lu vhost-user-scmi
      vhost-user-scmi-pci vhost-user-snd vhost-user-snd-pci vhost-vdpa-device vhost-vdpa-device-pci
      vhost-vdpa-device-pci-non-transitional vhost-vdpa-device-pci-transitional virtio-mem-ccw
      virtio-multitouch-device virtio-multitouch-pci virtio-sound virtio-sound-device virtio-sound-pci vmclock
      """
    ),
    (
      .since(11, 1),
      """
      arm-smmuv3 aspeed-otp aspeed.pcie-root-port emmc iommu-testdev mock-i3c-target nitro-heartbeat
      nitro-serial-vsock pca9535 pnv-nmmu sbsa-gwdt sp-mem vfio-user-pci vhost-user-rtc vhost-user-rtc-pci
      vhost-user-spi-device vhost-user-spi-pci vhost-user-test-device vhost-user-test-device-pci
      virtio-rtc-device virtio-rtc-pci w25q02jvm
      """
    ),
    (
      .before(10, 1),
      """
      nand vfio-amd-xgbe vfio-calxeda-xgmac vfio-platform
      """
    ),
    (
      .before(7, 3),
      """
      ads7846 bcm2835-cprman-clock-mux bcm2835-cprman-dsi0hsck-mux bcm2835-cprman-pll bcm2835-cprman-pll-channel
      corgi-ssp dec-21154-p2p-bridge lm8323 max1110 max1111 max7310 pvrdma pxa2xx-i2c-slave sga spitz-lcdtg
      tosa-ssp tosa_dac twl92230
      """
    ),
    (
      .before(5, 3),
      """
      ide-drive igd-passthrough-isa-bridge piix3-ide-xen scsi-disk virtio-iommu-pci-non-transitional
      vt82c686b-usb-uhci
      """
    ),
  ])

  private static func table(
    _ rows: [(ReleaseRange, String)]
  ) -> [(releases: ReleaseRange, names: Set<String>)] {
    rows.map { ($0.0, Set($0.1.split(whereSeparator: \.isWhitespace).map(String.init))) }
  }
}
