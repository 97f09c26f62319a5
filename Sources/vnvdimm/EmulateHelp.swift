/// What `vnvdimm emulate` says of its options: at most 79 columns, or it is folded.
enum EmulateHelp {
  /// All of them: `--help-hidden`.
  static let text = """
    The options are those of qemu-system-x86_64; a command line of QEMU's runs as
    it stands.

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img
          The newest kernel of this host with a small initramfs, a shell on this
          terminal, and nv.img as an NVDIMM with the label area that is in it.
      vnvdimm emulate --nvdimm nv.img --run 'ndctl list' | jq .
          The same; the guest runs a command, or a script, whose output and exit
          status become those of emulate.
      vnvdimm emulate --probe nv.img
          What a guest sees of nv.img, as ndctl prints it there.
      vnvdimm emulate -machine pc,nvdimm -m 256M,slots=2,maxmem=4G \\
        -object memory-backend-file,id=m1,share=on,mem-path=nv.img,size=128M \\
        -device nvdimm,id=nvdimm1,memdev=m1,label-size=128K \\
        -kernel bzImage -initrd initrd.img
          As QEMU's own document describes the device.

    THE MACHINE
      -machine pc|q35[,nvdimm[=on|off]][,nvdimm-persistence=cpu|mem-ctrl]
      -m SIZE[,slots=N,maxmem=SIZE]
          RAM, and room for memory devices.
      -smp N
          CPUs.
      -numa node,memdev=ID[,cpus=N[-N]][,nodeid=N]
          A node of memory with the RAM of a memory-backend-ram, or with mem=SIZE.
      -object memory-backend-file,id=ID,mem-path=PATH,size=SIZE[,share=on|off]
              [,readonly=on|off][,align=SIZE][,prealloc=on|off]
          The file must have that size; one that is missing is made, sparse.
      -object memory-backend-ram,id=ID,size=SIZE[,prealloc=on|off]
      -device nvdimm,memdev=ID[,id=ID][,label-size=SIZE][,unarmed=on|off]
              [,slot=N][,addr=ADDRESS][,node=N][,uuid=UUID]
              [,flush-hint=on|off][,werror=stop|report]
              [,errors=OFFSET+LENGTH[:...]][,health=STATE[:NAME=VALUE...]]
          With flush hints (on where the backend is a shared file) what the guest
          makes durable is durable on the disk of this host; where that fails, the
          guest ends, or with werror=report goes on. With errors= parts of the NVDIMM
          cannot be read, with health= it tells of its state.
      --nvdimm PATH[,size=SIZE][,label-size=SIZE][,share=on|off][,readonly=on|off]
              [,align=SIZE][,unarmed=on|off][,slot=N][,uuid=UUID][,id=ID]
              [,flush-hint=on|off][,werror=stop|report]
              [,errors=OFFSET+LENGTH[:...]][,health=STATE[:NAME=VALUE...]]
          Backend and device in one, with room for it where -m makes none. With
          size= a file that is missing is made. The label area is found, and the
          NVDIMM gets the slot of its labels; label-size=none: it has no labels.

    THE GUEST
      -kernel FILE
          A bzImage. It has an initramfs where -initrd names one or --run needs one.
      -initrd FILE
      -append TEXT
          Without it: a console on the serial port, quiet.
      --run SCRIPT|COMMAND
          A shell script of this host, a file or a pipe, or a command, that the guest
          runs; then it powers off. What it writes to standard output and to standard
          error comes out of emulate, byte for byte; its status becomes emulate's.
      --add PATH[:PLACE]
          Put a file, a folder, or a program with its libraries into the guest:
          programs into /usr/bin, the rest into /, or at PLACE. The name of an
          installed program, or of a module of the kernel, will do.
      --get PATH[:HOSTPATH]
          Bring a file out of the guest after its script, into the current folder or
          to HOSTPATH, where nothing is overwritten that did not come from a guest.
      --timeout SECONDS
          End a guest that runs longer than that, with status 124.
      --probe [OPTION ...] [PATH[,label-size=SIZE] ...]
          Boot a small guest on private copies of the backends, print what it sees
          as JSON, and leave the backends as they are.
      -no-reboot
          A guest that reboots ends the run.

    THE CONSOLE
      -serial stdio|mon:stdio|file:PATH|null|none
      -nographic
          mon:stdio, which is the default: Ctrl-A X ends the machine, Ctrl-A C goes to
          the monitor and back, Ctrl-A Ctrl-A sends Ctrl-A, Ctrl-A H lists the keys.
          With stdio Ctrl-C ends it.

    THE MONITORS
      -monitor stdio|unix:PATH[,server,nowait]|none
          The monitor for people: help lists its commands. NVDIMMs are plugged by
          object_add memory-backend-file,... and device_add nvdimm,..., and are made
          to fail by nvdimm_inject_error and its like.
      -qmp stdio|unix:PATH[,server,nowait]
          A monitor for programs: the QEMU Machine Protocol.
      -S
          Start no CPU before the monitor's cont.

    THE ENGINE
      --engine kvm|qemu|auto
          Our own VMM, QEMU, or (the default) ours where KVM runs guests natively
          and QEMU elsewhere.
      --qemu-opts 'OPTION ...'
          Words for the end of QEMU's command line.
      -d TOPIC[,TOPIC...]
          Tell on standard error, a line each: dsm (calls of label methods),
          hotplug, exits (of CPUs). On our own VMM.
      --stats
          Print counters at the end: exits by cause, label calls, flushes.
      --no-sandbox
          Keep all privileges while the guest runs.
      --allow-path PATH
          A folder or device from which a backend may be plugged later, and from
          nowhere else.
      --allow RULE
          Start in spite of a finding of that rule about a backend.
      -dump-acpi FOLDER
          Write the guest's firmware tables and exit.
      --list-host
          Print the DAX devices and namespaces of this host and exit.
      --json
          With --list-host, print JSON.
      -h, --help, --help-hidden
          The commonest options, and all of them.

    EXIT STATUS
      0   The guest powered off, or rebooted under -no-reboot.
          With --run: the script's own status.
      1   The machine could not run to its end, its kernel panicked, or a CPU could
          not go on.
      2   A backend does not have the size that was given, or serves twice, or the
          guest would not see its labels.
      63  Not a kernel, or not supported.
      64  Usage.
      124 The guest ran longer than --timeout allows.
      A signal ends it as usual.
    """
}

extension EmulateHelp {
  /// What `vnvdimm emulate --help` says: one screen.
  static let brief = """
    The options are those of qemu-system-x86_64; a command line of QEMU's runs as
    it stands. All options: vnvdimm emulate --help-hidden, or man vnvdimm-emulate

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img
          A shell in a small guest, made of this host's newest kernel.
      vnvdimm emulate --nvdimm nv.img --run 'ndctl list' | jq .
          The guest runs a command, or a script, whose output and exit status become
          emulate's.
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
