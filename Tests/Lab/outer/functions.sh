# shellcheck shell=sh
# The functions that a scenario may call. A scenario runs in a folder of its own with `sh -eu`: a command that fails
# ends it.
guest_limit=120
# Fixed releases for the programs' answers, so that the output is the same on every host.
export VNVDIMM_QEMU_VERSION=11.1 VNVDIMM_LIBVIRT_VERSION=12.9
# Guests deliberately get faulty backends, so no finding may prevent a start.
permits=$(vnvdimm explain | awk '$2 == "error" || $1 == "writes-not-shared" { print "--allow", $1 }')

# guest SCRIPT OPTION...: runs a guest under our VMM that runs SCRIPT with `sh -eu`. Its output is in the file `said`
# and in the log; the status is the script's. Options are QEMU's.
guest() {
  if [ "$GUEST_VMM" = qemu ]; then
    qemu "$@"
  else
    printf 'set -eu\n%s\n' "$1" >script
    shift
    # shellcheck disable=SC2086
    boot vnvdimm emulate --engine kvm --run script $permits "$@"
  fi
}

# qemu SCRIPT OPTION...: the same under real QEMU, on KVM.
qemu() {
  printf 'set -eu\n%s\n' "$1" >script
  shift
  { cat /mnt/guest.cpio && echo script | cpio -o -H newc 2>/dev/null; } >guest.cpio
  : >output; : >errors; : >status
  boot qemu-system-x86_64 -L /usr/share/seabios -L /usr/share/qemu -accel kvm -cpu host -nodefaults \
    -display none -no-reboot -serial stdio -serial file:output -serial file:errors -serial file:status \
    -kernel /boot/vmlinuz-* -initrd guest.cpio \
    -append 'console=ttyS0 quiet no_timer_check panic=-1 cryptomgr.notests' "$@"
  # The script has serial ports of its own.
  cat output errors | tee -a said
  return "$(sed -n 's/^status //p' status | grep . || echo 1)"
}

# boot COMMAND...: runs a VMM whose standard output is the guest's console. Kernel messages, and our VMM's messages
# about the backends before it starts, are in the log, not in `said`.
boot() {
  echo "+ $*" | sed 's/ --allow [a-z0-9-]*//g'
  status=0
  timeout "$guest_limit" "$@" </dev/null >console 2>&1 || status=$?
  tr -d '\r' <console | tee said
  awk '/^\[ *[0-9]*\.[0-9]*\] / { next }
    /^vnvdimm emulate: .*: (note|warning): / { told = 1; next }
    told && /^hint: / { told = 0; next }
    { told = 0; print }' said >said.guest
  mv said.guest said
  return $status
}

# start_typing COMMAND...: starts a VMM whose input is written to descriptor 3. Its output is in the file `said`, and
# its process is $vmm.
start_typing() {
  rm -f keys
  mkfifo keys
  : >said
  timeout 200 "$@" <keys >said 2>&1 &
  vmm=$!
  exec 3>keys
}

# await TEXT: waits until the VMM prints TEXT; ends the scenario if the VMM ends before that.
await() {
  until grep -qF -- "$1" said; do
    kill -0 "$vmm" || {
      cat said
      exit 1
    }
    sleep 0.2
  done
}

# stop_typing: waits until the VMM has ended; its status is $status.
stop_typing() {
  status=0
  wait "$vmm" || status=$?
  exec 3>&-
}

# expect WHAT FOUND EXPECTED: ends the scenario if FOUND and EXPECTED differ.
expect() {
  [ "$2" = "$3" ] || {
    echo "unexpected $1: found '$2', expected '$3'"
    exit 1
  }
}

# refuses COMMAND...: ends the scenario if the command succeeds. Its output is in the file `said`.
refuses() {
  if "$@" >said 2>&1; then
    echo "did not fail: $*"
    exit 1
  fi
}

# says TEXT...: ends the scenario if the guest's output lacks a TEXT.
says() {
  for text; do
    grep -qF -- "$text" said || {
      echo "the guest did not say: $text"
      exit 1
    }
  done
}

# checksum FILE [OFFSET LENGTH]: prints the checksum of the file, or of a part given in units of 4096 bytes.
checksum() {
  if [ $# = 1 ]; then
    sha256sum <"$1"
  else
    dd if="$1" bs=4096 skip="$2" count="$3" 2>/dev/null | sha256sum
  fi
}

# reserve_huge_pages COUNT: reserves huge pages of 2 MiB until the scenario ends.
reserve_huge_pages() {
  trap 'echo 0 >/proc/sys/vm/nr_hugepages' EXIT
  echo 3 >/proc/sys/vm/drop_caches
  echo 1 >/proc/sys/vm/compact_memory
  echo "$1" >/proc/sys/vm/nr_hugepages
  expect 'number of huge pages' "$(cat /proc/sys/vm/nr_hugepages)" "$1"
}

# await_power_cut: ends this boot without returning; only the data on the machine's disks survives. For scenarios that
# the lab boots several times (--boots): $BOOT is the number of this boot, $BOOTS that of the last.
await_power_cut() {
  echo 'lab: waiting for the power cut' >/dev/console
  sleep 1000
}
