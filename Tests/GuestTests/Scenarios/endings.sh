# However a guest ends, the VMM ends soon after, and says how: power-off, reboot, panic.
guest_limit=60
for ending in 'poweroff -f' 'reboot -f' 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger'; do
  # Nothing comes after these, so the script has no status.
  status=0
  guest "echo started; $ending" -machine pc,nvdimm=on -m 512M || status=$?
  expect status $status 1
  says started
done
