extension GuestImage {
  /// What busybox's acpid runs when the power button is pressed.
  static let powerButtonScript = """
    #!/bin/busybox sh
    sync
    poweroff -f

    """

  /// The first process of the guest.
  ///
  /// With /script in the image it runs that, with COM2 as its output and COM3 for its errors, writes its exit status to
  /// COM4, and powers off; otherwise a shell on the console. The console serves for a port that the machine does not
  /// have. Kernels have these ports built in, four of them, as long as the console is one. Setting a mode of a port
  /// waits until it has sent everything. Modules are loaded by a list: Debian wraps libnvdimm in an install rule that
  /// busybox's modprobe does not follow. busybox's poweroff asks an init that this is not, so the shell has its own.
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
    if [ -f /script ]; then
      stty -opost
      port() { stty -F /dev/ttyS$1 raw -echo 2>/dev/null && echo /dev/ttyS$1 || echo /dev/console; }
      output=$(port 1) errors=$(port 2) report=$(port 3)
      sh /script >$output 2>$errors
      status=$?
      for port in $output $errors; do stty -F $port -echo; done
      [ $report = /dev/console ] || echo status $status >$report
      echo 0 >/proc/sys/kernel/printk
      stty opost
    else
      for name in poweroff reboot halt; do echo "$name() { sync; /bin/busybox $name -f; }"; done >/tmp/ends
      ENV=/tmp/ends setsid cttyhack sh
    fi
    sync
    poweroff -f

    """
}
