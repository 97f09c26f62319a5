/// What `vnvdimm emulate --help` says below the usage.
enum EmulateHelp {
  static let text = """
    The options are those of qemu-system-x86_64; a command line of QEMU's runs as it stands.

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img,label-size=128K
          The newest kernel of this host with a small initramfs, a shell on this terminal, and nv.img as
          an NVDIMM with a label area of 128 KiB.
      vnvdimm emulate --nvdimm nv.img,label-size=128K --run steps.sh
          The same; the guest runs steps.sh, and its exit status becomes that of emulate.
      vnvdimm emulate -machine pc,nvdimm -m 256M,slots=2,maxmem=4G \\
        -object memory-backend-file,id=mem1,share=on,mem-path=nv.img,size=128M \\
        -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K -kernel bzImage -initrd initrd.img
          As QEMU's own document describes the device.

    THE MACHINE
      -machine pc|q35[,nvdimm[=on|off]][,nvdimm-persistence=cpu|mem-ctrl]
      -m SIZE[,slots=N,maxmem=SIZE]     RAM, and room for memory devices
      -smp N                            CPUs
      -object memory-backend-file,id=ID,mem-path=PATH,size=SIZE[,share=on|off][,readonly=on|off][,align=SIZE]
                                        the file must have that size; one that is missing is made, sparse
      -object memory-backend-ram,id=ID,size=SIZE
      -device nvdimm,memdev=ID[,id=ID][,label-size=SIZE][,unarmed=on|off][,slot=N][,addr=ADDRESS]
      --nvdimm PATH[,label-size=SIZE][,share=on|off][,readonly=on|off]
                                        backend and device in one, with room for it where -m makes none
    THE GUEST
      -kernel FILE -initrd FILE -append TEXT
                                        a bzImage; without -append: a console on the serial port, quiet
      --run SCRIPT                      a shell script of this host that the guest runs, then powers off
      -no-reboot                        a guest that reboots ends the run
    THE CONSOLE
      -serial stdio|mon:stdio|file:PATH|null|none
      -nographic                        mon:stdio, which is the default
      Ctrl-A X ends the machine, Ctrl-A Ctrl-A sends Ctrl-A, Ctrl-A H lists the keys.
    ENGINE
      --engine kvm|qemu|auto            our own VMM, QEMU, or (the default) ours where KVM runs guests
                                        natively and QEMU elsewhere
      -dump-acpi FOLDER                 write the guest's firmware tables and exit

    EXIT STATUS
      0 the guest powered off, or rebooted under -no-reboot; that of the script with --run; 1 the machine
      could not run to its end, its kernel panicked or a CPU could not go on; 2 a backend does not have
      the size that was given; 63 not a kernel, or not supported; 64 usage. A signal ends it as usual.
    """
}
