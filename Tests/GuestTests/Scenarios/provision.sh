# Namespaces made offline appear at the first boot of a guest, under our VMM and under QEMU.
set -- --namespace raw,size=16M,name=plain --namespace sector,sector-size=512,size=32M,name=table \
  --namespace sector,sector-size=520,size=32M --namespace fsdax,size=64M,name=files \
  --namespace devdax,map=mem,align=4K
vnvdimm-create --json --size 256M --slot 0 "$@" a.img >a.json
vnvdimm-create --json --size 256M --slot 3 --labels 1.1 --label-size 128K "$@" b.img >b.json

# A file system made on the host: its data_offset is that of an fsdax namespace alone in 64 MiB.
mkdir files
seq 1 100000 >files/numbers
sum=$(sha256sum <files/numbers)
for name in a b; do
  offset=$(awk -F'[":, ]+' '$2 == "data_offset" { o = $3 } $2 == "name" && $3 == "files" { print o }' $name.json)
  mkfs.ext4 -q -b 4096 -d files -E "offset=$offset" $name.img 63488k
done

# Prints the namespaces of a JSON answer, one a line, whatever the number of their region.
namespaces='BEGIN { FS = "[\":, ]+" } { sub(/^ +"/, "\"") } $2 == "dev" { d = $3; sub(/.*\./, "", d) }
  $2 == "mode" { m = $3 } $2 == "size" { s = $3 } $2 == "uuid" { print d, m, s, $3 }'
planned=$(cat a.json b.json | awk "$namespaces" | sort)
expect 'number of namespaces planned' "$(echo "$planned" | wc -l)" 10

script='
  ndctl list -N
  for disk in /dev/pmem?.3; do
    mount -o dax $disk /mnt
    grep /mnt /proc/mounts
    sha256sum </mnt/numbers
    umount /mnt
  done
  for table in 0.1 1.1; do
    ndctl disable-namespace namespace$table
    ndctl check-namespace namespace$table
    ndctl enable-namespace namespace$table
  done
  ls /dev/pmem*.1s /dev/pmem*.2s /dev/dax*
  cat /sys/bus/dax/devices/dax*/size
  ndctl destroy-namespace -f namespace0.1
  ndctl create-namespace -r region0 -m fsdax -s 32M -n again'
set -- -machine pc,nvdimm=on -m 512M,slots=4,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=258M \
  -device nvdimm,id=nvdimm1,memdev=mem1,slot=0,label-size=2M \
  -object memory-backend-file,id=mem2,share=on,mem-path=b.img,size=268566528 \
  -device nvdimm,id=nvdimm2,memdev=mem2,slot=3,label-size=128K
cp a.img a.saved
cp b.img b.saved
for vmm in guest qemu; do
  cp a.saved a.img
  cp b.saved b.img
  $vmm "$script" "$@"
  expect namespaces "$(sed '/^\/dev/,$d' said | awk "$namespaces" | sort)" "$planned"
  expect 'file systems mounted with DAX, and their contents' "$(grep -c dax=always said) $(grep -c "${sum%% *}" said)" \
    '2 2'
  expect 'tables that ndctl accepts' "$(grep -c 'checked 1 namespace' said)" 2
  expect 'character devices, of 110 MiB each' "$(grep -c '^/dev/dax' said) $(grep -c '^115343360$' said)" '2 2'
  says '"name":"again"'
done
