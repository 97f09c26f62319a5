# Every oddity of labels that guest-views knows, each in a DIMM of its own: the prediction must match the listing of
# ndctl in a guest. After a repair, the kernel accepts each DIMM and shows at least the namespaces that it showed
# before, and nothing is left to repair.
guest_limit=280
guest-views make --oddities --guests 100 --dimms 22 ${FUZZ_SEED:+--seed "$FUZZ_SEED"}

# compare NUMBER VMM: compares the prediction with the listing that the guest prints.
compare() {
  # shellcheck disable=SC2046
  vnvdimm-check command --guest-view --qemu-version 7.2 -- qemu-system-x86_64 $(cat "$1.options") \
    >predicted 2>findings || :
  [ -s predicted ] || cat findings
  # shellcheck disable=SC2046
  "$2" 'ndctl list -DRNvi' $(cat "$1.options") >/dev/null
  guest-views compare predicted said || {
    cat "$1.about"
    differences=$((differences + 1))
  }
}

differences=0
number=0
while [ -e $number.options ]; do
  compare $number qemu
  mv said before
  while read -r _ handle path _; do
    path=${path%:}
    slot=$((${handle%:} - 1))
    label_size=$(sed -n "s/.*slot=$slot,label-size=\([0-9]*\).*/\1/p" $number.options)
    for expected in changed unchanged; do
      vnvdimm-migrate-labels repair "$path" --slot $slot --label-size "$label_size" >repaired 2>&1 || {
        cat repaired
        differences=$((differences + 1))
      }
      [ $expected = changed ] || grep -qF 'nothing to change' repaired || {
        cat repaired
        differences=$((differences + 1))
      }
    done
  done <$number.about
  compare $number guest
  guest-views kept before said || {
    cat $number.about
    differences=$((differences + 1))
  }
  rm -f $number-*.img
  number=$((number + 1))
done
expect 'number of differences' "$differences" 0
