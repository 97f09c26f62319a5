# Every change of labels, followed by a boot: the guest finds the same namespaces, uuids, names and bytes. There are
# fourteen DIMMs in three boots: as made, then changed, under QEMU, then changed back.
guest_limit=200
names='bare fsdax sector trap smaller larger keep down up split grown copy restore broken'

# Prints the namespaces that a guest finds by the slot of the DIMM, whatever the order of regions.
look='
cd /sys/bus/nd/devices
for region in region*; do
  dimm=$(cut -d , -f 1 <$region/mapping0)
  slot=$(($(cat $dimm/nfit/handle) - 1))
  ndctl list -N -r $region | tr -d "\n []" |
    sed "s/\"dev\":\"[^\"]*\",//g; s/\"blockdev\":\"[^\"]*\",*//g; s/},{/}\n{/g" | sed "s/^/slot $slot /"
  echo
  for path in $region/*/block/*; do
    [ -e $path ] || continue
    disk=/dev/${path##*/}
    if mount -t ext4 -o dax $disk /mnt 2>/dev/null || mount -t ext4 $disk /mnt 2>/dev/null; then
      echo "slot $slot files $(sha256sum </mnt/numbers)"
      umount /mnt
    else
      echo "slot $slot bytes $(head -c 1000000 $disk | sha256sum)"
    fi
  done
done'

# start VMM SCRIPT: boots all backends, each in its slot, with the label area that its .label file gives.
start() {
  vmm=$1
  script=$2
  set -- -machine pc,nvdimm=on -m 768M,slots=16,maxmem=8G
  slot=0
  for name in $names; do
    label=$(cat "$name.label" 2>/dev/null || :)
    set -- "$@" -device "nvdimm,id=d$slot,memdev=m$slot,slot=$slot,addr=$((0x100000000 + slot * 0x10000000))${label:+,label-size=$label}" \
      -object "memory-backend-file,id=m$slot,share=on,mem-path=$name.img,size=$(stat -c %s "$name.img")"
    slot=$((slot + 1))
  done
  $vmm "$script" "$@"
}

# migrate VERB NAME ARGUMENT...: makes one change.
migrate() {
  verb=$1 name=$2
  shift 2
  vnvdimm-migrate-labels "$verb" "$name.img" "$@"
}

# of SLOTS FILE: prints the lines about those slots, in order.
of() { grep "^slot \($1\) " "$2" | sort; }

# make NAME SLOT LABELS OPTION...: makes a backend of 64 MiB for the guest, with bytes in one namespace and files in
# another.
make() {
  name=$1
  slot=$2
  echo "$3" >"$name.label"
  shift 3
  vnvdimm-create --json --slot "$slot" --label-size "$(cat "$name.label")" "$@" "$name.img" \
    --namespace "raw,size=16M,name=$name-bytes" --namespace "fsdax,map=mem,size=32M,name=$name-files" >plan
  offset=$(awk -F'[":, ]+' '$2 == "data_offset" { o = $3 } $2 == "name" && $3 ~ /files/ { print o }' plan)
  mkfs.ext4 -q -b 4096 -d files -E "offset=$offset" "$name.img" 30720k
  dd if=bytes of="$name.img" bs=64K conv=notrunc 2>/dev/null
}

mkdir files
seq 1 50000 >files/numbers
seq 100000 300000 >bytes
for name in bare fsdax sector; do truncate -s 64M $name.img; done
mkfs.ext4 -q -b 4096 -d files bare.img
make trap 0 2M --size 64M
make smaller 4 2M --size 64M
make larger 5 128K --file-size 66M
make keep 6 2M --size 64M
make down 7 2M --size 64M --labels 1.2
make up 8 2M --size 64M --labels 1.1
make split 9 2M --size 64M
make grown 10 2M --size 64M
make copy 11 2M --size 64M
make restore 12 2M --size 64M
make broken 13 2M --size 64M

# Two DIMMs without labels get a mode and files from their guest.
start guest "
ndctl create-namespace -f -e namespace1.0 -m fsdax -M mem >/dev/null
ndctl create-namespace -f -e namespace2.0 -m sector -l 4096 >/dev/null
mkfs.ext4 -q -b 4096 /dev/pmem1
mount -t ext4 -o dax /dev/pmem1 /mnt
seq 1 50000 >/mnt/numbers
umount /mnt
seq 500000 600000 | dd of=/dev/pmem2s bs=64K 2>/dev/null
$look"
mv said first
expect 'files' "$(grep -c "files $(sha256sum <files/numbers)" first)" 12
# The slot trap: slot 3 shows no namespace that was made for slot 0.
expect 'labels of another slot' "$(of 3 first)" ''

migrate init bare --slot 0 --name all
migrate init fsdax 2M --slot 1 --labels 1.1
migrate init sector --slot 2
for name in bare fsdax sector; do echo 2M >$name.label; done
migrate move trap 3
migrate resize smaller 128K
echo 128K >smaller.label
migrate resize larger 2M
echo 2M >larger.label
migrate resize keep 4M --keep-guest-size
echo 4M >keep.label
migrate convert down 1.1
migrate convert up 1.2
migrate split split split.bin
rm split.label
truncate -s 82M grown.img
migrate relocate grown 66M
truncate -s 98M other.img
dd if=copy.img of=other.img bs=1M count=64 conv=notrunc 2>/dev/null
migrate copy copy other.img
mv other.img copy.img
migrate move restore 99 --backup kept.bin
dd if=bytes of=restore.img bs=64K seek=1024 count=10 conv=notrunc 2>/dev/null
migrate restore restore kept.bin
dd if=bytes of=broken.img bs=512 seek=131072 count=5 conv=notrunc 2>/dev/null
migrate repair broken --label-size 2M

start qemu "$look"
mv said second
unchanged='4\|5\|6\|7\|8\|10\|11\|12\|13'
expect 'namespaces after changes' "$(of "$unchanged" second)" "$(of "$unchanged" first)"
shape='/ \(files\|bytes\) /b; s/.*"mode":"\([a-z]*\)".*"size":\([0-9]*\).*/\1 \2/'
expect 'unlabelled namespaces, now with labels' "$(of '0\|1\|2' second | sed "$shape")" "$(of '0\|1\|2' first | sed "$shape")"
expect 'name of the namespace that got a label' "$(of 0 second | grep -c '"name":"all"')" 1
expect 'the same without labels' "$(of 9 second | grep -c "\"size\":67108864\|$(head -c 1000000 bytes | sha256sum)")" 2
expect 'shown in the new slot' "$(of 3 second | sed 's/"[a-z_]*uuid":"[^"]*"//g; s/slot 3 //; s/trap/split/g')" \
  "$(of 9 first | sed 's/"[a-z_]*uuid":"[^"]*"//g; s/slot 9 //')"

migrate resize smaller 2M
echo 2M >smaller.label
migrate resize larger 128K
echo 128K >larger.label
migrate resize keep 2M --keep-guest-size
echo 2M >keep.label
migrate convert down 1.2
migrate convert up 1.1
migrate join split split.bin
echo 2M >split.label
migrate relocate grown 82M --size 66M
truncate -s 66M grown.img

start guest "$look"
mv said third
unchanged="$unchanged\|9"
expect 'namespaces after changes back' "$(of "$unchanged" third)" "$(of "$unchanged" first)"
expect 'namespaces that stayed' "$(of '0\|1\|2\|3' third)" "$(of '0\|1\|2\|3' second)"
