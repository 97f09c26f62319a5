# Label areas of unusual sizes, some of them not multiples of any unit: the data that Linux and ndctl write into them is
# found and read to the byte, and the guest's next boot shows what vnvdimm-check predicts.
sizes='131073 133120 163840 196608 1765376 2097152 4194304'
set -- -machine pc,nvdimm=on -m 512M,slots=8,maxmem=8G
check=
slot=0
for size in $sizes; do
  backend=$(((67108864 + size + 4095) / 4096 * 4096))
  truncate -s $backend $slot.img
  set -- "$@" -object memory-backend-file,id=m$slot,share=on,mem-path=$slot.img,size=$backend \
    -device nvdimm,id=n$slot,memdev=m$slot,slot=$slot,label-size="$size"
  check="$check --slot $slot --label-size $size"
  slot=$((slot + 1))
done
write='
  ndctl disable-region all
  for dimm in /sys/bus/nd/devices/nmem*; do
    dimm=${dimm##*/}
    ndctl init-labels -f -V 1.$((1 + ${dimm#nmem} % 2)) $dimm
  done
  ndctl enable-region all
  for region in /sys/bus/nd/devices/region[0-9]*; do
    ndctl create-namespace -r ${region##*/} -m raw -s 16M -n "${region##*/}"
    ndctl create-namespace -r ${region##*/} -m fsdax -M mem -s 32M -n again
  done >/dev/null
  for dimm in /sys/bus/nd/devices/nmem*; do
    ndctl read-labels -o area ${dimm##*/}
    echo "area $(($(cat $dimm/nfit/handle) - 1)) $(sha256sum <area)"
  done'
guest "$write" "$@"
expect 'areas read in the guest' "$(grep -c '^area' said)" $slot
grep '^area' said | while read -r _ slot sum; do
  expect "area of $slot.img" "$(vnvdimm-label-dump --raw --label-size "$(echo "$sizes" | cut -d ' ' -f $((slot + 1)))" \
    "$slot.img" | sha256sum)" "$sum"
  # The size need not be given.
  expect "area found in $slot.img" "$(vnvdimm-label-dump --raw "$slot.img" | sha256sum)" "$sum"
  vnvdimm-label-dump --verify "$slot.img" >verified
  grep -q '2 namespaces' verified
done
# shellcheck disable=SC2086
vnvdimm-check --guest-view $check 0.img 1.img 2.img 3.img 4.img 5.img 6.img >predicted 2>findings || cat findings
for vmm in guest qemu; do
  $vmm 'ndctl list -DRNvi' "$@" >/dev/null
  guest-views compare predicted said
done
