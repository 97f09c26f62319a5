/// An option of QEMU's command line: whether it takes an argument, and which releases have it.
///
/// Sources: `DEF(...)` in `qemu-options.hx`, 2.6 to 5.2, 7.2, 10.0 and 10.2; `docs/about/removed-features.rst` of 10.2;
/// `-help` of 11.1.
struct QEMUOption: Sendable {
  let takesArgument: Bool
  let releases: ReleaseRange

  /// Returns the option called `name`; `nil` if no known release has it.
  static func find(_ name: String) -> QEMUOption? {
    if let releases = changing[name] { return QEMUOption(takesArgument: !flags.contains(name), releases: releases) }
    if flags.contains(name) { return QEMUOption(takesArgument: false, releases: .all) }
    return withArgument.contains(name) ? QEMUOption(takesArgument: true, releases: .all) : nil
  }

  private static let flags = words(
    """
    h help version mem-prealloc audio-help snapshot usb nographic portrait full-screen win2k-hack no-fd-bootchk no-acpi
    no-hpet singlestep preconfig S s enable-kvm enable-hax xen-attach xen-create xen-domid-restrict no-reboot
    no-shutdown daemonize only-migratable nodefaults semihosting old-param no-user-config nodefconfig async-teardown
    enable-sync-profile enable-fips sdl curses no-frame alt-grab ctrl-grab no-quit no-kvm no-kvm-pit no-kvm-irqchip
    no-kvm-pit-reinjection rtc-td-hack localtime tdf virtfs_synth perfmap jitdump
    """)

  /// The options of every release that take an argument.
  private static let withArgument = words(
    """
    D L M acpitable add-fd append bios boot cdrom chardev cpu d debugcon device dfilter display drive dtb dump-vmstate
    echr fda fdb fsdev fw_cfg gdb global hda hdb hdc hdd icount incoming initrd iscsi k kernel loadvm m machine mem-path
    mon monitor msg mtdblock name net netdev numa object option-rom parallel pflash pidfile prom-env qmp qmp-pretty
    qtest qtest-log readconfig rtc sandbox sd semihosting-config serial set smbios smp spice tpmdev trace usbdevice uuid
    vga virtfs vnc watchdog-action xen-domid
    """)

  /// The options that some releases lack.
  private static let changing: [String: ReleaseRange] = [
    "accel": .since(2, 9), "action": .since(6, 0), "async-teardown": .since(7, 2).before(9, 0), "audio": .since(7, 1),
    "audiodev": .since(4, 0), "blockdev": .since(2, 9), "compat": .since(6, 0), "enable-sync-profile": .since(3, 1),
    "g": .all, "jitdump": .since(8, 0), "nic": .since(2, 12), "only-migratable": .since(2, 9),
    "overcommit": .since(3, 0), "perfmap": .since(8, 0), "plugin": .since(4, 2), "preconfig": .since(3, 0),
    "run-with": .since(8, 2), "seed": .since(4, 1), "shim": .since(10, 0), "xen-domid-restrict": .since(2, 10),
    "alt-grab": .before(7, 1), "audio-help": .before(8, 2), "balloon": .before(3, 1), "bootp": .before(3, 1),
    "bt": .before(5, 0), "chroot": .before(9, 0), "clock": .before(4, 0), "ctrl-grab": .before(7, 1),
    "curses": .before(7, 1), "enable-fips": .before(7, 1), "enable-hax": .since(2, 9).before(4, 0),
    "hdachs": .before(2, 12), "localtime": .before(3, 1), "no-acpi": .before(9, 0), "no-frame": .before(4, 0),
    "no-hpet": .before(9, 0), "no-kvm": .before(5, 2), "no-kvm-irqchip": .before(3, 0), "no-kvm-pit": .before(2, 12),
    "no-kvm-pit-reinjection": .before(3, 0), "no-quit": .before(7, 0), "nodefconfig": .before(3, 1),
    "old-param": .before(10, 2), "portrait": .before(9, 2), "realtime": .before(6, 0), "redir": .before(3, 1),
    "rotate": .before(9, 2), "rtc-td-hack": .before(3, 1), "runas": .before(10, 0), "sdl": .before(7, 1),
    "show-cursor": .before(6, 0), "singlestep": .before(9, 0), "smb": .before(3, 1), "soundhw": .before(7, 1),
    "startdate": .before(3, 1), "tb-size": .before(6, 0), "tdf": .before(2, 12), "tftp": .before(3, 1),
    "virtfs_synth": .before(5, 0), "virtioconsole": .before(4, 0), "watchdog": .before(7, 2),
    "writeconfig": .before(7, 1), "xen-create": .before(4, 0), "one-insn-per-tb": .since(8, 1),
    // Proxmox's option for the guest's number. Source: pve-qemu, "PVE: Config: add the 'id' option".
    "id": .all,
  ]

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
