# The findings of vnvdimm-check about backends on uncommon file systems of the host: a hugetlbfs, compared with QEMU
# itself; an XFS, whose files can share blocks; an ext4, for which a file is too long.
reserve_huge_pages 96
mkdir huge
mount -t hugetlbfs none huge
machine='-machine q35,nvdimm=on -m 128M,slots=4,maxmem=8G'

# like_qemu LENGTH PROPERTIES [OF-THE-DEVICE]: compares both with a file of that length in the hugetlbfs.
like_qemu() {
  rm -f huge/nv.img
  [ "$1" = none ] || truncate -s "$1" huge/nv.img
  object="memory-backend-file,id=mem1,share=on,mem-path=huge/nv.img,$2"
  device="nvdimm,id=nv1,memdev=mem1${3-}"
  # shellcheck disable=SC2086
  vnvdimm-check command --json --qemu-version 7.2 -- qemu-system-x86_64 $machine -object "$object" \
    -device "$device" >answer || :
  printf '{"execute":"%s"}\n' qmp_capabilities query-memory-devices quit >commands
  # shellcheck disable=SC2086
  qemu-system-x86_64 -L /usr/share/seabios -accel kvm -S -nodefaults -display none -qmp stdio $machine \
    -object "$object" -device "$device" <commands >replies 2>complaint || :
  sed -n 's/^qemu-system-x86_64: //p' complaint >message
  predicted=$(sed -n 's/^    "message" : "\(.*\)",$/\1/p' answer)
  expect "message for $*" "$(cat message)" "$predicted"
  for key in addr size; do
    found=$(grep -o "\"$key\": [0-9]*" replies | tr -dc 0-9)
    [ -n "$predicted" ] || expect "$key for $*" "$found" \
      "$(sed -n '/^    "devices"/,/^    ]/p' answer | grep -o "\"$key\" : [0-9]*" | head -n 1 | tr -dc 0-9)"
  done
  change=$(sed -n '/^    "changes"/,/^    ]/p' answer | grep -o '"to" : [0-9]*' | tr -dc 0-9)
  found=$(stat -c %s huge/nv.img 2>/dev/null || :)
  if [ -n "$change" ] || [ "$1" = none ]; then expect "length left for $*" "$found" "$change"; fi
  echo "as QEMU: $* -> ${predicted:-starts}"
}

like_qemu none size=64M
like_qemu none size=65M
like_qemu none size=67112960
like_qemu 66M size=65M
like_qemu 64M size=65M
like_qemu 0 size=64M
like_qemu none size=1M
like_qemu none size=4K
like_qemu none size=64M ,label-size=128K
like_qemu 66M size=66M ,label-size=2M
like_qemu none size=2M ,label-size=128K
like_qemu none size=4M ,label-size=128K
like_qemu none size=64M,align=4K
like_qemu none size=64M,align=1M
like_qemu none size=64M,align=2M
like_qemu none size=64M,align=4M
like_qemu none size=64M,align=6M
like_qemu none size=64M,prealloc=on
like_qemu none size=1G
like_qemu 0 size=1G
rm -f huge/nv.img
umount huge

# A file too long for the file system: QEMU goes on with an empty one.
refuses qemu-system-x86_64 -L /usr/share/seabios -accel kvm -S -nodefaults -display none -machine q35,nvdimm=on \
  -m 128M,slots=4,maxmem=8G -object memory-backend-file,id=m,share=on,mem-path=long.img,size=20T -device nvdimm,memdev=m
says 'ftruncate: File too large'
expect 'length left' "$(stat -c %s long.img)" 0
refuses vnvdimm-check --qemu-version 7.2 --size 20T long.img
says 'QEMU prints: ftruncate: File too large' 'error: host-file-too-long'

# Blocks that two files share.
truncate -s 320M disk
mkfs.xfs -q -m reflink=1 disk
mkdir xfs
mount -o loop disk xfs
vnvdimm-create --size 32M --preallocate full xfs/a.img
vnvdimm-check --json xfs/a.img >said
says '"file_system" : "xfs"' '"shared_extents" : false'
/usr/bin/cp --reflink=always xfs/a.img xfs/b.img
for name in a b; do
  vnvdimm-check xfs/$name.img >said
  says 'note: host-extents-shared'
done
umount xfs

# A user of a file that is not a process: a loop device. A user of the loop device uses the file, and vice versa.
vnvdimm-create --size 32M looped.img
losetup /dev/loop7 looped.img
refuses vnvdimm-resize-guard apply looped.img +16M
says 'in use by /dev/loop7'
vnvdimm-check looped.img >said || :
says 'warning: backend-in-use: the backend is open or mapped now, and QEMU takes no lock: /dev/loop7'
vnvdimm-check /dev/loop7 >said || :
if grep backend-in-use said; then exit 1; fi
sh -c 'exec sleep 100' </dev/loop7 &
user=$!
sleep 1
vnvdimm-check looped.img >said || :
says "(process $user) by way of /dev/loop7"
vnvdimm-check /dev/loop7 >said || :
says "(process $user)"
kill $user
sh -c 'exec sleep 100' <looped.img &
user=$!
sleep 1
vnvdimm-check /dev/loop7 >said || :
says "(process $user) by way of $PWD/looped.img"
kill $user
losetup -d /dev/loop7
truncate -s 64M mounted.img
mkfs.ext4 -q mounted.img
losetup /dev/loop6 mounted.img
mount /dev/loop6 xfs
for path in mounted.img /dev/loop6; do
  vnvdimm-check "$path" >said || :
  says "/dev/loop6, mounted on $PWD/xfs"
done
umount xfs
losetup -d /dev/loop6
vnvdimm-resize-guard apply looped.img +16M

# The data that another mode is said to overwrite is exactly what the kernel overwrites.
vnvdimm-create --size 128M --label-size none raw.img
mkfs.ext4 -q -b 4096 raw.img
for mode in fsdax devdax; do
  cp raw.img changed.img
  refuses vnvdimm-check --to-mode $mode changed.img
  says 'error: contents-cut-by-mode: ext4 in the region loses its bytes 0x0 to 0x400000 '
  guest "ndctl create-namespace -f -e namespace0.0 -m $mode -M dev" -m 512M --nvdimm changed.img
  cmp -l raw.img changed.img | awk '$1 > 4194304 { n++ } END { exit !(NR > 0 && n == 0) }'
done
