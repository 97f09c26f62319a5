# Every mode, with both versions of labels, alone and five in a DIMM. At its first boot, a guest shows exactly the
# planned namespaces, all active; file systems mount with DAX, character devices have the predicted size, and ndctl
# accepts the tables, and destroys and creates namespaces on top. Each combination has a DIMM of its own, under our VMM
# and, three slots further, under QEMU.
guest_limit=700
dimms=26

# number N: prints the options of vnvdimm-create for the contents of DIMM N, one a line.
number() {
  labels=1.$((1 + $1 % 2))
  case $(($1 / 2)) in
    0) set -- raw ;;
    1) set -- sector,sector-size=512 ;;
    2) set -- sector,sector-size=4096 ;;
    3) set -- sector,sector-size=520 ;;
    4) set -- fsdax,map=dev,align=4K ;;
    5) set -- fsdax,map=dev,align=2M ;;
    6) set -- fsdax,map=mem,align=4K ;;
    7) set -- fsdax,map=mem,align=2M ;;
    8) set -- devdax,map=dev,align=4K ;;
    9) set -- devdax,map=dev,align=2M ;;
    10) set -- devdax,map=mem,align=4K ;;
    11) set -- devdax,map=mem,align=2M ;;
    12) set -- raw,size=16M,name=plain sector,sector-size=520,size=32M fsdax,size=32M,name=files sector,size=32M devdax ;;
  esac
  echo "--size $([ $# = 1 ] && echo 64M || echo 160M) --labels $labels"
  for mode; do echo "--namespace $mode"; done
}

# facts SLOT: prints a line for each property of a namespace in the JSON on standard input that both the plan and ndctl
# have.
facts() {
  awk -v slot="$1" 'BEGIN { FS = "[\":, \t]+"; split("mode map size uuid raw_uuid sector_size align name", k)
    for (i in k) known[k[i]] = 1 }
    /[{]/ { dev = ""; n = 0 }
    { sub(/^[ \t]+"/, "\"") }
    $2 == "dev" { dev = $3; sub(/.*\./, "", dev) }
    $2 in known && $3 != "null" && $3 != "" { fact[n++] = $2 " " $3 }
    /[}]/ { if (dev != "") for (i = 0; i < n; i++) print "slot " slot "." dev, fact[i]; dev = ""; n = 0 }'
}

look='
cd /sys/bus/nd/devices
for region in region*; do
  dimm=$(cut -d , -f 1 <$region/mapping0)
  echo "==== slot $(($(cat $dimm/nfit/handle) - 1))"
  ndctl list -N -r $region
  echo "===="
done
for disk in /dev/pmem*; do
  case $(cat /sys/block/${disk##*/}/queue/dax) in
    1) dax="-o dax" ;;
    *) dax= ;;
  esac
  mkfs.ext4 -q -b 4096 $disk
  mount -t ext4 $dax $disk /mnt
  seq 1 20000 >/mnt/numbers
  umount /mnt
  mount -t ext4 $dax $disk /mnt
  echo "file system on ${disk##*/}, dax $(grep -c dax=always /proc/mounts), $(sha256sum </mnt/numbers)"
  umount /mnt
done
for device in /sys/bus/dax/devices/dax*; do
  [ -c /dev/${device##*/} ]
  echo "character device of $(cat $device/size)"
done
for table in /dev/pmem*s; do
  name=namespace${table#/dev/pmem}
  name=${name%s}
  case $name in
    *.*) ;;
    *) name=$name.0 ;;
  esac
  ndctl disable-namespace $name 2>/dev/null
  ndctl check-namespace $name 2>&1 || :
  ndctl enable-namespace $name 2>/dev/null
done
for region in region*; do
  ndctl destroy-namespace -f -r $region all >/dev/null 2>&1
  ndctl create-namespace -r $region -m fsdax -M mem -n again | grep again
done'

for way in 'guest 0' 'qemu 3'; do
  rm -f ./*.img
  : >planned
  set --
  slot=0
  while [ $slot -lt $dimms ]; do
    # shellcheck disable=SC2046
    vnvdimm-create --json --label-size auto --slot $slot $(number $(((slot + dimms - ${way#* }) % dimms))) $slot.img >plan
    facts $slot <plan >>planned
    set -- "$@" -object "memory-backend-file,id=m$slot,share=on,mem-path=$slot.img,size=$(stat -c %s $slot.img)" \
      -device "nvdimm,id=d$slot,memdev=m$slot,slot=$slot,label-size=2M"
    slot=$((slot + 1))
  done
  expect 'number of namespaces planned' "$(grep -c ' mode ' planned)" 34
  ${way% *} "$look" -machine pc,nvdimm=on -m 768M,slots=$dimms,maxmem=8G "$@"
  slot=0
  : >found
  while [ $slot -lt $dimms ]; do
    sed -n "/^==== slot $slot\$/,/^====\$/p" said | facts $slot >>found
    slot=$((slot + 1))
  done
  # Every fact from ndctl was planned, and mode, size and uuid of every planned namespace are in its listing.
  expect 'facts that were not planned' "$(grep -vxF -f planned found || :)" ''
  expect 'facts not told' \
    "$(grep -vxF -f found planned | grep -v ' \(sector_size\|align\|raw_uuid\) ' || :)" ''
  expect 'namespaces that are not active' "$(grep -c '"state"' said || :)" 0
  # Eight of twelve kinds have a block device, and so have four of the five that share a DIMM; only fsdax has DAX.
  expect 'file systems' "$(grep -c "^file system on .* $(seq 1 20000 | sha256sum)" said)" 24
  expect 'file systems with DAX' "$(grep -c '^file system on .*, dax 1' said)" 10
  # ndctl 76.1 refuses to check tables with sectors of 520 bytes, even its own.
  expect 'tables that ndctl accepts' "$(grep -c 'checked 1 namespace' said)" 6
  expect 'character devices' "$(sed -n 's/^character device of //p' said | sort)" \
    "$(awk '$3 == "mode" && $4 == "devdax" { d[$2] = 1 } $3 == "size" { s[$2] = $4 } END { for (n in d) print s[n] }' planned | sort)"
  expect 'namespaces on top' "$(grep -c '"name":"again"' said)" $dimms
done
