# However a guest ends, the VMM ends soon after and reports how: power-off, reboot or panic, each before the end of a
# script; and without a script, where two of these are the expected end.
guest_limit=60
ends() {
  # A guest that ends this way leaves its script without a status.
  status=0
  # The script's output is complete before the kernel prints anything.
  guest "echo started; sleep 1; $1" -machine pc,nvdimm=on -m 512M -smp 2 || status=$?
  expect status "$status" 1
  says started
  [ "$GUEST_VMM" = qemu ] || says "vnvdimm emulate: guest: $2"
}
ends 'poweroff -f' 'ended before its script did'
ends 'reboot -f' 'ended before its script did'
ends 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger' 'kernel panic'

# Types at the shell of a guest without a script, on standard input, once its prompt appears.
shell() {
  start_typing vnvdimm emulate --engine kvm -m 512M -smp 2 -no-reboot
  await '/ #'
  echo "nproc; echo ended; $1" >&3
  stop_typing
  cat said
  expect status "$status" "$2"
  says ended
  # Both CPUs are there.
  tr -d '\r' <said | grep -qx 2
}
shell 'poweroff -f' 0
shell 'reboot -f' 0
shell 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger' 1
says 'vnvdimm emulate: guest: kernel panic'

# A panic ends the guest whatever its command line says, even if no option makes a reboot end it.
for line in 'console=ttyS0 quiet no_timer_check' 'console=ttyS0 quiet no_timer_check panic=1' ''; do
  status=0
  rm -f said
  vnvdimm emulate --engine kvm -m 512M -kernel /boot/vmlinuz-* ${line:+-append "$line"} \
    -serial file:said -monitor none 2>errors || status=$?
  expect status "$status" 1
  grep -q 'vnvdimm emulate: guest: kernel panic' errors
done
