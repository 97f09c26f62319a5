# The input that the manual gives an administrator for a guest's shell and for the monitor behind Ctrl-A C, taken from
# the pages.

# typed PAGE SECTION NUMBER: starts emulate command NUMBER in the section, waits for the guest's shell, types the page's
# lines for the monitor, counts the DIMMs in the guest, and powers it off.
typed() {
  echo "==== $1: $2, $3"
  sh /mnt/shells/page.sh "/mnt/man/$1" "$2" all | awk -v number="$3" '
    /^\$ / { shown = (/vnvdimm emulate/ && !/--run|-dump-acpi/ && ++count == number) }
    shown' >display
  sed -n 's/^(qemu) //p' display >lines
  sed '/^(qemu)/d; s/^\$ /exec /' display >start.sh
  cat start.sh lines
  start_typing sh ./start.sh
  await '/ #'
  sockets=$(ls ./*.sock 2>/dev/null || :)
  if [ -s lines ]; then
    printf '\001c' >&3
    cat lines >&3
    printf 'info status\n' >&3
    await 'VM status'
    printf '\001c' >&3
    sleep 2
  fi
  # shellcheck disable=SC2016
  printf 'echo "DIMMs: $(ls -d /sys/bus/nd/devices/nmem* | grep -c .)"; poweroff\n' >&3
  stop_typing
  cat said
  expect status "$status" 0
}
vnvdimm-create --quiet --size 64M a.img
vnvdimm-create --quiet --size 64M b.img
vnvdimm-create --quiet --size 128M nv.img
typed vnvdimm-workflows.7 'PLUG AN NVDIMM INTO A RUNNING GUEST' 1
says 'DIMMs: 2' 'memdev: /objects/m2' 'hotplugged: true'
typed vnvdimm-emulate.1 EXAMPLES 1
says 'DIMMs: 1'
typed vnvdimm-emulate.1 EXAMPLES 2
says 'DIMMs: 1'
typed vnvdimm-emulate.1 EXAMPLES 3
expect socket "$sockets" ./qmp.sock
