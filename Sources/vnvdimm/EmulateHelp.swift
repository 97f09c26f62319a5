/// The help of `vnvdimm emulate`, in lines of at most 79 columns; longer lines would be folded.
enum EmulateHelp {
  /// All options: `--help-hidden`.
  static let text = """
    The options are those of qemu-system-x86_64. A QEMU command line runs as it is.

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img
          Boot the newest kernel of this host with a small initramfs, a shell on
          this terminal, and nv.img with its label area as an NVDIMM.
      vnvdimm emulate --nvdimm nv.img --run 'ndctl list' | jq .
          The same, but the guest runs a command, or a script, whose output and
          exit status become those of emulate.
      vnvdimm emulate --probe nv.img
          Print what a guest sees of nv.img, in the form of ndctl list.
      vnvdimm emulate -machine pc,nvdimm -m 256M,slots=2,maxmem=4G \\
        -object memory-backend-file,id=m1,share=on,mem-path=nv.img,size=128M \\
        -device nvdimm,id=nvdimm1,memdev=m1,label-size=128K \\
        -kernel bzImage -initrd initrd.img
          The command line of QEMU's own documentation.

    THE MACHINE
      -machine pc|q35[,nvdimm[=on|off]][,nvdimm-persistence=cpu|mem-ctrl]
      -m SIZE[,slots=N,maxmem=SIZE]
          RAM, and slots and address space for memory devices.
      -smp N
          The number of CPUs.
      -numa node,memdev=ID[,cpus=N[-N]][,nodeid=N]
          A NUMA node with the RAM of a memory-backend-ram, or with mem=SIZE.
      -object memory-backend-file,id=ID,mem-path=PATH,size=SIZE[,share=on|off]
              [,readonly=on|off][,align=SIZE][,prealloc=on|off]
          The file must have that size; a missing file is created, sparse.
      -object memory-backend-ram,id=ID,size=SIZE[,prealloc=on|off]
      -device nvdimm,memdev=ID[,id=ID][,label-size=SIZE][,unarmed=on|off]
              [,slot=N][,addr=ADDRESS][,node=N][,uuid=UUID]
              [,flush-hint=on|off][,werror=stop|report]
              [,errors=OFFSET+LENGTH[:...]][,health=STATE[:NAME=VALUE...]]
              [,security=disabled|unlocked|locked|frozen]
          With flush hints (the default for a shared file), data that the guest
          makes durable is on the disk of this host; if that fails, the guest ends,
          or continues with werror=report. errors= makes parts of the NVDIMM
          unreadable, health= sets the health that it reports, and security= what
          its lock is at each start.
      --nvdimm PATH[,size=SIZE][,label-size=SIZE][,share=on|off][,readonly=on|off]
              [,align=SIZE][,unarmed=on|off][,slot=N][,uuid=UUID][,id=ID]
              [,flush-hint=on|off][,werror=stop|report]
              [,errors=OFFSET+LENGTH[:...]][,health=STATE[:NAME=VALUE...]]
              [,security=disabled|unlocked|locked|frozen]
          A backend and its device in one option; slots and address space are added
          if -m gives none. size= creates a missing file. The label area is found,
          and the NVDIMM gets the slot of its labels; label-size=none: no labels.

    THE GUEST
      -kernel FILE
          A bzImage. It gets an initramfs if -initrd names one or --run needs one.
      -initrd FILE
      -append TEXT
          The kernel's command line. The default: a quiet serial console.
      --run SCRIPT|COMMAND
          A shell script on this host, a file or a pipe, or a command. The guest runs
          it and powers off. Its standard output, standard error and exit status
          become those of emulate, byte for byte.
      --add PATH[:PLACE]
          Put a file, a folder, or a program with its libraries into the guest:
          programs into /usr/bin, everything else into /, or at PLACE. PATH may also
          be the name of an installed program or of a kernel module.
      --get PATH[:HOSTPATH]
          Copy a file out of the guest after its script, into the current folder or
          to HOSTPATH. Only files that came from a guest are overwritten.
      --timeout SECONDS
          End a guest that runs longer than this, with exit status 124.
      --probe [OPTION ...] [PATH[,label-size=SIZE] ...]
          Boot a small guest on private copies of the backends, print what it sees
          as JSON, and leave the backends unchanged.
      -no-reboot
          End the run when the guest reboots.

    THE CONSOLE
      -serial stdio|mon:stdio|file:PATH|null|none
      -nographic
          The same as -serial mon:stdio, which is the default: Ctrl-A X ends the
          machine, Ctrl-A C switches to the monitor and back, Ctrl-A Ctrl-A sends
          Ctrl-A, and Ctrl-A H lists the keys. With stdio, Ctrl-C ends the machine.

    THE MONITORS
      -monitor stdio|unix:PATH[,server,nowait]|none
          The monitor for people; help lists its commands. Plug NVDIMMs with
          object_add memory-backend-file,... and device_add nvdimm,..., and make
          them fail with nvdimm_inject_error and similar commands.
      -qmp stdio|unix:PATH[,server,nowait]
          A monitor for programs, which speaks the QEMU Machine Protocol.
      -S
          Start no CPU before the monitor command cont.

    THE ENGINE
      --engine kvm|qemu|auto
          Our own VMM, QEMU, or (the default) our own if KVM runs guests natively
          and QEMU otherwise.
      --qemu-opts 'OPTION ...'
          More options, added to the end of QEMU's command line.
      -d TOPIC[,TOPIC...]
          Log on standard error, one event a line: dsm (calls of label methods),
          hotplug, exits (of CPUs). Only on our own VMM.
      --stats
          At the end, print counters: exits by cause, label calls, flushes.
      --power-cut
          The backends keep what the guest flushes; the rest is lost unless the
          guest powers off by itself. Only on our own VMM.
      --no-sandbox
          Keep all privileges while the guest runs.
      --allow-path PATH
          Allow backends from this folder or device to be plugged later, and from
          no other place.
      --allow RULE
          Start in spite of findings of this rule.
      -dump-acpi FOLDER
          Write the guest's firmware tables and exit.
      --list-host
          Print the DAX devices and namespaces of this host and exit.
      --json
          With --list-host, print JSON.
      -h, --help, --help-hidden
          Show the most common options, or all of them.

    EXIT STATUS
      0   The guest powered off, or rebooted under -no-reboot.
          With --run: the exit status of the script.
      1   The machine could not run to its end, its kernel panicked, or a CPU could
          not continue.
      2   A backend does not have the size given, or is used twice, or the guest
          would not see its labels.
      63  Not a kernel, or not supported.
      64  Usage error.
      124 The guest ran longer than --timeout allows.
      A signal ends emulate as it ends other programs.
    """
}

extension EmulateHelp {
  /// The most common options, on one screen: `--help`.
  static let brief = """
    The options are those of qemu-system-x86_64. A QEMU command line runs as it is.
    All options: vnvdimm emulate --help-hidden, or man vnvdimm-emulate

    EXAMPLES
      vnvdimm emulate --nvdimm nv.img
          A shell in a small guest with the newest kernel of this host.
      vnvdimm emulate --nvdimm nv.img --run 'ndctl list' | jq .
          The guest runs a command or a script; emulate prints its output and ends
          with its exit status.
      vnvdimm emulate --probe nv.img
          Print what a guest sees of nv.img, in the form of ndctl list.
      vnvdimm emulate -machine pc,nvdimm -m 256M,slots=2,maxmem=4G \\
        -object memory-backend-file,id=m1,share=on,mem-path=nv.img,size=130M \\
        -device nvdimm,id=nvdimm1,memdev=m1,label-size=2M \\
        -kernel bzImage -initrd initrd.img
          The command line of QEMU's own documentation.

    IN SHORT
      --nvdimm PATH[,size=SIZE][,label-size=SIZE][,readonly=on|off][,slot=N]...
          A backend and its device in one option; the label area and its slot are
          found. size= creates a missing file.
      -m SIZE[,slots=N,maxmem=SIZE]   RAM, slots, and address space for NVDIMMs.
      -kernel, -initrd, -append       A kernel of your own.
      -monitor, -qmp unix:PATH        Monitors, to plug NVDIMMs later.
      --engine kvm|qemu|auto          Our own VMM, QEMU, or the better of the two.
      -d dsm,hotplug,exits            Log label calls, plugged devices, CPU exits.
      --stats                         Print counters at the end.

    On the console Ctrl-A X ends the machine, and Ctrl-A C opens the monitor.
    Exit status: 0 done, 1 could not continue, 2 a backend of another size, 63 not
    a kernel or not supported, 64 usage error; with --run that of the script.
    """
}
