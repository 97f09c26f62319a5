# The monitor behind Ctrl-A C at a guest's shell: input goes to only one of the two, a stopped guest continues where it
# was, and the power button ends the guest.
start_typing vnvdimm emulate --engine kvm -m 512M -smp 2
await '/ #'
printf '\001cinfo status\nstop\ninfo status\n' >&3
await 'VM status: paused'
printf '\001cecho "typed $((6 * 7))"\n' >&3
sleep 2
if grep -q 'typed 42' said; then cat said; exit 1; fi
printf '\001ccont\n\001c' >&3
await 'typed 42'
printf '\001csystem_powerdown\n' >&3
stop_typing
cat said
expect status "$status" 0
says 'VM status: running' '(qemu) '
