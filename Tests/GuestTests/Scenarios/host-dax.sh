# This machine's own NVDIMMs as backends: a DAX device, and a file on a file system mounted with DAX. First the commands
# in the manual, with their output; afterwards the device is blank again.
# shellcheck disable=SC1091
. /mnt/shells/section.sh
section vnvdimm-workflows.7 'MOVE TO ANOTHER BACKEND, OR TO A DAX DEVICE OF THE HOST'
dd if=/dev/zero of=/dev/pmem0 bs=1M conv=fsync 2>/dev/null || :
ndctl create-namespace -f -e namespace0.0 -m devdax -M mem >host
vnvdimm emulate --list-host | tee host
grep -q '/dev/dax0.0  254 MiB, alignment 2 MiB' host
grep -q 'namespace0.0 (devdax)' host
vnvdimm-check --qemu-version 7.2 --label-size 128K /dev/dax0.0 >said || test $? = 3
says 'file size 254 MiB, alignment 2 MiB' 'guest size 252 MiB'
vnvdimm-check --qemu-version 7.2 --label-size 128K --align 4K /dev/dax0.0 >said || test $? = 2
says 'QEMU 7.2 refuses: unable to map backing store for guest RAM: Invalid argument' 'hint: vnvdimm-check --qemu-version 7.2 --size 254M --align 2M --label-size 128K /dev/dax0.0'

# Neither VMM maps the device in parts of its unit.
refuses vnvdimm emulate -machine pc,nvdimm=on -m 256M,slots=1,maxmem=1G -device nvdimm,memdev=m \
  -object memory-backend-file,id=m,share=on,mem-path=/dev/dax0.0,size=254M
says 'unable to map backing store for guest RAM: Invalid argument' 'align=2M'
refuses qemu-system-x86_64 -L /usr/share/seabios -accel kvm -display none -machine pc,nvdimm=on \
  -m 256M,slots=1,maxmem=1G -device nvdimm,memdev=m \
  -object memory-backend-file,id=m,share=on,mem-path=/dev/dax0.0,size=254M
says 'unable to map backing store for guest RAM: Invalid argument'

guest '
  ndctl disable-region region0
  ndctl init-labels -V 1.2 nmem0
  ndctl enable-region region0
  ndctl create-namespace -m fsdax -M mem -n inner
  mkfs.ext4 -q -b 4096 /dev/pmem0
  mount -o dax /dev/pmem0 /mnt
  seq 1 50000 >/mnt/numbers
  sha256sum </mnt/numbers
  umount /mnt
' -m 512M --nvdimm /dev/dax0.0,label-size=128K
says "$(seq 1 50000 | sha256sum)"

# The host reads the guest's writes on the device, and a second guest finds them.
vnvdimm-label-dump --verify /dev/dax0.0 | tee said
says 'inner' 'fsdax'
qemu 'mount -o dax /dev/pmem0 /mnt; sha256sum </mnt/numbers; umount /mnt' -machine pc,nvdimm=on \
  -m 512M,slots=1,maxmem=1G -device nvdimm,memdev=m,label-size=128K \
  -object memory-backend-file,id=m,share=on,mem-path=/dev/dax0.0,size=254M,align=2M
says "$(seq 1 50000 | sha256sum)"
guest 'mount -o dax /dev/pmem0 /mnt; sha256sum </mnt/numbers; umount /mnt' -m 512M --nvdimm /dev/dax0.0,label-size=128K
says "$(seq 1 50000 | sha256sum)"

# The labels of a file are copied to the device and changed there. The data is written while the device is a block
# device.
device() {
  vmm=$1
  slot=$2
  label=$3
  $vmm 'mount -o dax /dev/pmem0.1 /mnt; sha256sum </mnt/numbers; umount /mnt
    head -c 1000000 /dev/pmem0 | sha256sum
    ndctl list -N | tr -d "\n []" | sed "s/},{/}\n{/g" | sort' -machine pc,nvdimm=on \
    -m 512M,slots=4,maxmem=1G -device "nvdimm,id=d,memdev=m,slot=$slot,label-size=$label" \
    -object memory-backend-file,id=m,share=on,mem-path=/dev/dax0.0,size=254M,align=2M
}
guest 'ndctl disable-region region0; ndctl zero-labels nmem0' -m 512M --nvdimm /dev/dax0.0,label-size=128K
vnvdimm-create --json --size 128M --label-size 2M --namespace raw,size=16M,name=bytes \
  --namespace fsdax,map=mem,name=files b.img >plan
mkdir files
seq 1 50000 >files/numbers
mkfs.ext4 -q -b 4096 -d files -E offset=$((18 * 1024 * 1024)) b.img 110M
seq 100000 300000 | dd of=b.img bs=64K conv=notrunc 2>/dev/null
ndctl create-namespace -f -e namespace0.0 -m fsdax -M mem >host
dd if=b.img of=/dev/pmem0 bs=1M count=128 conv=fsync 2>/dev/null
ndctl create-namespace -f -e namespace0.0 -m devdax -M mem >host
vnvdimm-migrate-labels copy b.img /dev/dax0.0
device guest 0 2M
mv said first
grep -q "$(sha256sum <files/numbers)" first
grep -q "$(seq 100000 300000 | head -c 1000000 | sha256sum)" first
grep -q '"name":"files"' first
vnvdimm-migrate-labels move /dev/dax0.0 3 --backup kept.bin
vnvdimm-migrate-labels resize /dev/dax0.0 128K --no-backup
vnvdimm-migrate-labels convert /dev/dax0.0 1.1 --no-backup
for vmm in guest qemu; do
  device $vmm 3 128K
  expect 'namespaces and bytes of the device' "$(cat said)" "$(cat first)"
done
vnvdimm-migrate-labels convert /dev/dax0.0 1.2 --no-backup
vnvdimm-migrate-labels resize /dev/dax0.0 2M --no-backup
vnvdimm-migrate-labels restore /dev/dax0.0 kept.bin --no-backup
device qemu 0 2M
expect 'namespaces and bytes of the device' "$(cat said)" "$(cat first)"

ndctl create-namespace -f -e namespace1.0 -m fsdax >host
vnvdimm emulate --list-host | tee host
grep -q 'files on /dev/pmem1 mounted with -o dax' host
mkfs.ext4 -q -b 4096 /dev/pmem1
mkdir dax
mount -o dax /dev/pmem1 dax
vnvdimm-create --size 128M --namespace raw,name=file dax/a.img
guest 'ndctl list -N; dd if=/dev/zero of=/dev/pmem0 bs=1M count=4 2>/dev/null' -m 512M --nvdimm dax/a.img,label-size=2M
says '"name":"file"'
vnvdimm-check dax/a.img
# Facts about the host: MAP_SYNC is possible on a file with DAX and on a DAX device, not on a common file.
facts() { vnvdimm-check --json "$@" | grep -o '"\(dax\|map_sync\|file_system\)" : [^,]*' | tr '\n' ' '; }
expect 'facts of a file with DAX' "$(facts dax/a.img)" '"dax" : true "file_system" : "ext4" "map_sync" : true '
expect 'facts of a DAX device' "$(facts --label-size 2M --align 2M /dev/dax0.0)" \
  '"dax" : true "file_system" : null "map_sync" : true '
vnvdimm-create --size 32M common.img
expect 'facts of a common file' "$(facts common.img)" '"dax" : false "file_system" : "ext4" "map_sync" : false '
# A namespace as a block device is persistent memory that QEMU maps through the page cache.
vnvdimm-check /dev/pmem1 >said || :
says 'note: host-page-cache: namespace1.0 is persistent memory in fsdax mode'
# Data written to a file with DAX has to leave the CPU's caches.
vnvdimm-migrate-labels move dax/a.img 2
vnvdimm-migrate-labels resize dax/a.img 128K
umount dax
mount -o dax /dev/pmem1 dax
guest 'ndctl list -N' -machine pc,nvdimm=on -m 512M,slots=4,maxmem=1G -device nvdimm,memdev=m,slot=2,label-size=128K \
  -object memory-backend-file,id=m,share=on,mem-path=dax/a.img,size=130M
says '"name":"file"'
umount dax
