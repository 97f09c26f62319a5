# Every recorded area that is damaged, torn or odd, repaired: the kernel accepts the DIMM and shows at least the
# namespaces that it showed before, and a second repair changes nothing. A guest has thirty DIMMs, each moved to its
# slot.
guest_limit=280
corpus=/mnt/corpus
per_guest=30

# area FILE: prints the checksum of the label area, the 128 KiB behind 128 MiB.
area() { checksum "$1" 32768 32; }

look='
cd /sys/bus/nd/devices
for region in region*; do
  dimm=$(cut -d , -f 1 <$region/mapping0)
  slot=$(($(cat $dimm/nfit/handle) - 1))
  echo "slot $slot dimm $(cat $dimm/state) nstype $(cat $region/nstype)"
  for namespace in $region/namespace[0-9]*; do
    echo "slot $slot namespace $(cat $namespace/uuid) $(cat $namespace/size)"
  done
done'

# shown FILE SLOT: prints the namespaces with labels that the kernel showed for the original area, as lines about SLOT.
shown() {
  awk -v slot="$2" -F'[":, ]+' '/"type": 5/ { for (i = 1; i < NF; i++) { if ($i == "uuid") u = $(i + 1)
    if ($i == "size") s = $(i + 1) } if (s > 0) print "slot", slot, "namespace", u, s }' "$1/case.json"
}

slot=0
: >expected
set --
for path in "$corpus"/* end; do
  if [ $slot = $per_guest ] || [ "$path" = end ]; then
    guest "$look" -machine pc,nvdimm=on -m 512M,slots=$per_guest,maxmem=16G "$@"
    expect 'number of DIMMs accepted' "$(grep -c 'dimm active nstype 5' said)" "$slot"
    [ -s expected ]
    expect 'namespaces lost' "$(grep -vxF -f said expected || :)" ''
    rm -f ./*.img
    slot=0
    : >expected
    set --
    [ "$path" = end ] && break
  fi
  name=${path##*/}
  truncate -s $((128 * 1024 + 128))K "$name.img"
  dd if="$path/label.bin" of="$name.img" bs=4096 seek=32768 conv=notrunc 2>/dev/null
  vnvdimm-migrate-labels repair "$name.img" --slot 0 --label-size 128K
  repaired=$(area "$name.img")
  vnvdimm-migrate-labels repair "$name.img" --slot 0 --label-size 128K >said
  says 'nothing to change'
  expect 'area after a second repair' "$(area "$name.img")" "$repaired"
  # Labels of another DIMM, hidden before and after, cannot be moved to where they would be shown.
  moved=0
  vnvdimm-migrate-labels move "$name.img" $slot --quiet --label-size 128K || moved=$?
  case $name:$moved in
    *:0 | *_cookie_*:2) ;;
    *) expect "status of move with $name" $moved 0 ;;
  esac
  [ $moved != 0 ] || shown "$path" $slot >>expected
  set -- "$@" -object "memory-backend-file,id=m$slot,share=on,mem-path=$name.img,size=134348800" \
    -device "nvdimm,id=d$slot,memdev=m$slot,slot=$slot,label-size=128K,addr=$((0x100000000 + slot * 0x10000000))"
  slot=$((slot + 1))
done
