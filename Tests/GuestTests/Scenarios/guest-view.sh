# The prediction of vnvdimm-check --guest-view for random backends, healthy and damaged, must match the listing of ndctl
# in a guest, under our VMM and under QEMU.
guest-views make --guests 3 --dimms 22 ${FUZZ_SEED:+--seed "$FUZZ_SEED"}

# predict OUTPUT OPTION...: writes the prediction to OUTPUT. The exit status reports the damage, and is ignored.
predict() {
  output=$1
  shift
  vnvdimm-check "$@" >"$output" 2>findings || :
  [ -s "$output" ] || cat findings
}

for number in 0 1 2; do
  # shellcheck disable=SC2046
  predict predicted command --guest-view --qemu-version 7.2 -- qemu-system-x86_64 $(cat $number.options)
  if [ $number = 0 ]; then
    # shellcheck disable=SC2046
    predict again --guest-view $(cat $number.check)
    guest-views compare predicted again
  fi
  for vmm in guest qemu; do
    # shellcheck disable=SC2046
    $vmm 'ndctl list -DRNvi' $(cat $number.options) >/dev/null
    guest-views compare predicted said || {
      cat $number.about
      exit 1
    }
  done
done
