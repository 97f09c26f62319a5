extension EmulateHelp {
  /// What `vnvdimm emulate --help` says: one screen.
  static let brief = """
    The options are those of qemu-system-x86_64; a command line of QEMU's runs as
    it stands. All options: vnvdimm emulate --help-hidden, or man vnvdimm-emulate

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img
          A shell in a small guest, made of this host's newest kernel.
      vnvdimm emulate --nvdimm nv.img --run steps.sh
          The guest runs steps.sh, whose output and exit status become emulate's.
      vnvdimm emulate --probe nv.img
          What a guest sees of nv.img, as ndctl prints it there.
      vnvdimm emulate -machine pc,nvdimm -m 256M,slots=2,maxmem=4G \\
        -object memory-backend-file,id=m1,share=on,mem-path=nv.img,size=130M \\
        -device nvdimm,id=nvdimm1,memdev=m1,label-size=2M \\
        -kernel bzImage -initrd initrd.img
          As QEMU's own document describes the device.

    IN SHORT
      --nvdimm PATH[,size=SIZE][,label-size=SIZE][,readonly=on|off][,slot=N]...
          Backend and device in one, with the label area and the slot that are found
          in it; with size= a file that is missing is made.
      -m SIZE[,slots=N,maxmem=SIZE]   RAM, and room for memory devices.
      -kernel, -initrd, -append       A kernel of your own.
      -monitor, -qmp unix:PATH        Monitors, to plug NVDIMMs later.
      --engine kvm|qemu|auto          Our own VMM, QEMU, or what suits this host.
      -d dsm,hotplug,exits            Tell of label calls, plugging, exits.
      --stats                         Print counters at the end.

    On the console Ctrl-A X ends the machine, Ctrl-A C goes to the monitor.
    Exit status: 0 done, 1 could not run on, 2 a backend of another size, 63 not a
    kernel or not supported, 64 usage; with --run that of the script.
    """
}
