extension GuestImage {
  /// What busybox's acpid runs when the power button is pressed.
  static let powerButtonScript = """
    #!/bin/busybox sh
    sync
    poweroff -f

    """

  /// The first process of the guest.
  ///
  /// With /script in the image it runs that, with the console as its output and the second serial port for its errors,
  /// writes its exit status to that port, behind a NUL, and powers off; otherwise a shell on the console. Modules are loaded by a list: Debian wraps libnvdimm in an
  /// install rule that busybox's modprobe does not follow. Setting a mode of the console waits until it
  /// has sent everything. busybox's poweroff asks an init that this is not, so the shell has its own.
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
      errors=/dev/ttyS1
      true 2>/dev/null >$errors || errors=/dev/console
      sh /script 2>$errors
      status=$?
      stty opost
      printf '\\000%d\\n' $status 2>/dev/null >/dev/ttyS1
    else
      for name in poweroff reboot halt; do echo "$name() { sync; /bin/busybox $name -f; }"; done >/tmp/ends
      ENV=/tmp/ends setsid cttyhack sh
    fi
    sync
    poweroff -f

    """
}
