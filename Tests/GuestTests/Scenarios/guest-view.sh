# What vnvdimm-check --guest-view says of backends made at random, healthy and damaged, is what ndctl lists of them in
# a guest, under our VMM and under QEMU.
guest-views make --guests 3 --dimms 22 ${FUZZ_SEED:+--seed "$FUZZ_SEED"}
for number in 0 1 2; do
  status=0
  xargs vnvdimm-check --guest-view <$number.check >predicted 2>findings || status=$?
  # Damage is told, and is no reason to say nothing.
  [ -s predicted ] || cat findings
  for vmm in guest qemu; do
    # shellcheck disable=SC2046
    $vmm 'ndctl list -DRNvi' $(cat $number.options) >/dev/null
    guest-views compare predicted said || {
      cat $number.about
      exit 1
    }
  done
done
