# shellcheck shell=sh
# What a scenario may call. It runs in a folder of its own with `sh -eu`: a command that fails ends it.
root=/mnt
guest_limit=120
line="console=ttyS0 quiet no_timer_check panic=-1 cryptomgr.notests"

# guest SCRIPT OPTION...: a guest under our VMM that runs SCRIPT with `sh -eu`. What it says is in the
# file `said`, and in the log; the status is the script's. Options are QEMU's.
guest() {
  case $GUEST_VMM in
    qemu) qemu "$@" ;;
    *)
      pack "$1"
      shift
      boot vnvdimm emulate --engine kvm -nographic -kernel "$root/vmlinuz" -initrd guest.cpio -append "$line" "$@"
      ;;
  esac
}

# qemu SCRIPT OPTION...: the same under real QEMU, on KVM.
qemu() {
  pack "$1"
  shift
  boot qemu-system-x86_64 -L /usr/share/seabios -L /usr/share/qemu -accel kvm -cpu host -nodefaults \
    -display none -no-reboot -serial stdio -kernel "$root/vmlinuz" -initrd guest.cpio -append "$line" "$@"
}

# pack SCRIPT: makes guest.cpio, the guest's initramfs with SCRIPT, which says last how it ended.
pack() {
  mkdir -p tree
  printf '%s\n' "$1" >tree/steps
  echo 'sh -eu /steps; echo "status $?"' >tree/script
  { cat "$root/guest.cpio" && (cd tree && printf 'steps\nscript\n' | cpio -o -H newc 2>/dev/null); } >guest.cpio
}

# boot COMMAND...: runs a VMM whose standard output is the guest's console.
boot() {
  echo "+ $*"
  timeout "$guest_limit" "$@" </dev/null >console 2>&1 || echo "the VMM ended with status $?" >>console
  tr -d '\r' <console >all
  cat all
  grep -v '^status [0-9]*$' all >said || :
  return "$(sed -n 's/^status \([0-9]*\)$/\1/p' all | grep . || echo 127)"
}

# expect WHAT FOUND EXPECTED: ends the scenario where they differ.
expect() {
  [ "$2" = "$3" ] || {
    echo "unexpected $1: found '$2', expected '$3'"
    exit 1
  }
}

# says TEXT...: ends the scenario where a TEXT is nowhere in what the guest said.
says() {
  for text; do
    grep -qF -- "$text" said || {
      echo "the guest did not say: $text"
      exit 1
    }
  done
}

# checksum FILE [OFFSET LENGTH]: of the file, or of a part whose place is given in units of 4096 bytes.
checksum() {
  if [ $# = 1 ]; then
    sha256sum <"$1"
  else
    dd if="$1" bs=4096 skip="$2" count="$3" 2>/dev/null | sha256sum
  fi
}
