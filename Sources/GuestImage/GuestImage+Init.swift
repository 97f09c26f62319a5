extension GuestImage {
  /// The script that busybox's acpid runs when the power button is pressed.
  static let powerButtonScript = """
    #!/bin/busybox sh
    sync
    poweroff -f

    """

  /// Maintains /dev/pmem/by-name: for each namespace with a name, a link to its block device or DAX device. Runs again
  /// whenever the kernel reports a device.
  ///
  /// Source: Linux drivers/nvdimm: the device that holds a namespace (btt, pfn, dax) names it in `namespace`.
  static let namesScript = """
    #!/bin/busybox sh
    names=/dev/pmem/by-name
    mkdir -p $names
    rm -f $names/*
    for holder in /sys/bus/nd/devices/*; do
      namespace=${holder##*/}
      [ ! -f $holder/namespace ] || read -r namespace <$holder/namespace
      for device in $holder/block/pmem* $holder/dax*.*; do
        [ -e $device/dev ] && read -r name <"/sys/bus/nd/devices/$namespace/alt_name" && [ "$name" ] || continue
        ln -sf ../../${device##*/} "$names/$name"
      done
    done 2>/dev/null

    """

  /// The first process of the guest.
  ///
  /// If the image has /script, the guest runs that with COM2 as its output and COM3 for its errors, sends the files
  /// listed in /get and its exit status to COM4, and powers off; otherwise it runs a shell on the console. If the
  /// kernel's command line names a root file system, it is mounted, and the script runs, or init starts, in it. The
  /// console replaces any port that the machine does not have.
  ///
  /// Kernels have these four ports built in if the console is one. Setting a mode of a port waits until it has sent
  /// everything. Modules are loaded from a list: Debian wraps libnvdimm in an install rule that busybox's modprobe does
  /// not support. The shell has its own poweroff, because busybox's would ask an init, which this is not.
  static let initScript = """
    #!/bin/busybox sh
    export PATH=/usr/bin HOME=/ TERM=linux
    /bin/busybox --install -s /usr/bin
    mount -t proc proc /proc
    mount -t sysfs sys /sys
    mount -t devtmpfs dev /dev
    mount -t tmpfs tmp /tmp
    while read -r module; do insmod "$module" 2>/dev/kmsg; done </etc/modules
    cat /sys/bus/nd/devices/ndbus*/wait_probe >/dev/null 2>&1
    acpid -l /dev/null 2>/dev/null
    pmem-names
    uevent pmem-names >/dev/null 2>&1 &
    root= type=ext4 flags= access=ro init=/sbin/init
    for word in $(cat /proc/cmdline); do
      case $word in
        root=*) root=${word#*=} ;;
        rootfstype=*) type=${word#*=} ;;
        rootflags=*) flags=,${word#*=} ;;
        init=*) init=${word#*=} ;;
        ro | rw) access=$word ;;
      esac
    done
    if [ "$root" ]; then
      mount -t $type -o $access$flags "$root" /mnt || { echo "cannot mount $root"; sync; poweroff -f; }
      for name in proc sys dev; do mount -o bind /$name /mnt/$name; done
    fi
    run() { if [ "$root" ]; then chroot /mnt sh -c "$(cat /script)"; else sh /script; fi; }
    send() {
      index=0
      while IFS= read -r path; do
        [ -z "$root" ] || path=/mnt$path
        if [ -f "$path" ]; then
          size=$(wc -c <"$path")
          echo file $index $size
          head -c $size "$path"
        fi
        index=$((index + 1))
      done
    }
    if [ -f /script ]; then
      stty -opost
      port() { stty -F /dev/ttyS$1 raw -echo 2>/dev/null && echo /dev/ttyS$1 || echo /dev/console; }
      output=$(port 1) errors=$(port 2) report=$(port 3)
      run >$output 2>$errors
      status=$?
      for port in $output $errors; do stty -F $port -echo; done
      [ $report = /dev/console ] || {
        [ ! -f /get ] || send </get
        echo status $status
      } >$report
      echo 0 >/proc/sys/kernel/printk
      stty opost
    elif [ "$root" ]; then
      exec switch_root /mnt $init
    else
      for name in poweroff reboot halt; do echo "$name() { sync; /bin/busybox $name -f; }"; done >/tmp/ends
      ENV=/tmp/ends setsid cttyhack sh
    fi
    sync
    poweroff -f

    """
}
