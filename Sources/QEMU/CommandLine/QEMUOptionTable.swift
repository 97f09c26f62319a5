/// The options of QEMU's command line: whether one takes an argument.
///
/// Source: `qemu-system-x86_64 -help` and `qemu-options.hx`, releases 2.6 to 10.2 together.
enum QEMUOptionTable {
  /// False for a flag, nil where no release knows the option.
  static func takesArgument(_ name: String) -> Bool? {
    flags.contains(name) ? false : withArgument.contains(name) ? true : nil
  }

  private static let flags = Set(
    """
    h help version mem-prealloc audio-help snapshot usb nographic portrait full-screen win2k-hack no-fd-bootchk no-acpi
    no-hpet singlestep preconfig S s enable-kvm enable-hax xen-attach xen-domid-restrict no-reboot no-shutdown daemonize
    only-migratable nodefaults semihosting old-param no-user-config nodefconfig async-teardown enable-sync-profile
    enable-fips sdl curses no-frame alt-grab ctrl-grab no-quit no-kvm no-kvm-pit no-kvm-irqchip no-kvm-pit-reinjection
    rtc-td-hack startdate localtime enable-nesting perfmap jitdump
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  private static let withArgument = Set(
    """
    machine M cpu accel smp numa add-fd set global boot m mem-path k audio audiodev device name uuid fda fdb hda hdb hdc
    hdd cdrom blockdev drive mtdblock sd fsdev virtfs iscsi usbdevice display spice rotate vga g vnc acpitable smbios
    netdev nic net chardev tpmdev bios pflash kernel append initrd dtb compat fw_cfg serial parallel monitor qmp
    qmp-pretty mon debugcon pidfile overcommit gdb d D dfilter seed L xen-domid action loadvm option-rom rtc icount
    watchdog watchdog-action echr incoming chroot runas prom-env semihosting-config sandbox readconfig writeconfig trace
    plugin qtest qtest-log msg dump-vmstate object soundhw balloon realtime tb-size clock tftp bootp smb redir
    virtioconsole bt drive-mirror hdachs show-cursor virtfs_synth run-with shim one-insn-per-tb
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
