# shellcheck shell=sh
# The code that the guests of `make bench` share. Each line of the result has the work, the variant, the mark and the
# stopwatch's readings: nanoseconds, exits for devices before and after the mark, bytes of memory beside the guest's,
# and how many of those are the VMM's own.
repetitions=5
kernel=$(echo /boot/vmlinuz-*)
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || true
trace=/sys/kernel/tracing
# The command line that emulate gives a kernel by default.
echo 'cat /proc/cmdline' >script
ours=$(vnvdimm emulate --engine kvm -m 512M --run script </dev/null 2>/dev/null | tr -d '\r' | grep '^console=')
stock='console=ttyS0 quiet panic=-1 no_timer_check'
firmware='-L /usr/share/seabios -L /usr/share/qemu'

# archive SCRIPT FILE...: makes the guest's initramfs, with the script to run and the files at its root.
archive() {
  printf '%s\n' "$1" >script
  shift
  { cat /mnt/guest.cpio && printf '%s\n' script "$@" | cpio -o -H newc 2>/dev/null; } >guest.cpio
}

# watch WORK VARIANT "MARK..." COMMAND...: measures the command's time to each mark, and to its first guest instruction.
watch() {
  work=$1 variant=$2 marks=$3
  shift 3
  echo 0 >$trace/tracing_on
  echo >$trace/trace
  echo 1 >$trace/events/sched/sched_process_exec/enable
  echo 1 >$trace/events/kvm/kvm_entry/enable
  # Only the first entry is needed, so recording stops there.
  echo '!traceoff' >$trace/events/kvm/kvm_entry/trigger 2>/dev/null || true
  echo traceoff >$trace/events/kvm/kvm_entry/trigger
  echo 1 >$trace/tracing_on
  # shellcheck disable=SC2086
  timeout 300 meter stopwatch $marks -- "$@" >readings
  # The command's last output may lack a newline.
  echo
  awk -v work="$work $variant" '{ print "bench", work, $0 }' readings
  awk -v work="$work $variant" '
    function seconds(line) { match(line, /[0-9]+\.[0-9]+: /); return substr(line, RSTART, RLENGTH - 2) }
    / sched_process_exec: / && /(qemu-system|vnvdimm)/ { start = seconds($0) }
    / kvm_entry: / { printf "bench %s first-instruction %d 0 0 0 0\n", work, (seconds($0) - start) * 1e9; exit }' $trace/trace
}

# qemu OPTION...: QEMU as the peer of `vnvdimm emulate --engine kvm`, with nothing that was not asked for.
peer() {
  echo qemu-system-x86_64 "$firmware" -machine q35,nvdimm=on -accel kvm -cpu host -nodefaults -display none -no-reboot \
    -serial stdio
}
