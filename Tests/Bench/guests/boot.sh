# shellcheck shell=sh
# One NVDIMM: the time to /dev/pmem0 with the same kernel, initramfs and command line, and with those of everyday use,
# and then the device's performance.
vnvdimm-create --quiet --size 256M --label-size 128K --namespace raw a.img
cp "$(command -v meter)" meter
# The libraries that a Swift program needs in addition to libc; ndctl has brought them along.
mkdir -p lib/x86_64-linux-gnu
for library in libstdc++.so.6 libgcc_s.so.1 libm.so.6; do
  cp /lib/x86_64-linux-gnu/$library lib/x86_64-linux-gnu/
done
device='-object memory-backend-file,id=m,share=on,mem-path=a.img,size=268566528 -device nvdimm,memdev=m,label-size=128K'
memory='-m 512M,slots=2,maxmem=4G'

archive '[ -b /dev/pmem0 ] && echo "[pmem0]"; sleep 60'
gzip -c guest.cpio >guest.cpio.gz
echo 'echo "[pmem0]"; sleep 60' >ready.sh
count=0
while [ $count -lt $repetitions ]; do
  count=$((count + 1))
  # shellcheck disable=SC2046,SC2086
  for line in ours stock; do
    eval "text=\$$line"
    initrd=guest.cpio
    [ $line = ours ] || initrd=guest.cpio.gz
    watch "boot-$line" vnvdimm pmem0 vnvdimm emulate --engine kvm -machine q35,nvdimm=on $memory $device \
      -kernel "$kernel" -initrd $initrd -append "$text"
    watch "boot-$line" qemu pmem0 $(peer) $memory $device -kernel "$kernel" -initrd $initrd -append "$text"
  done
  watch boot-own vnvdimm pmem0 vnvdimm emulate --nvdimm a.img,label-size=128K -m 512M --run ready.sh
done

archive '
  chmod +x /meter
  /meter transfer /dev/pmem0
  ndctl disable-region all >/dev/null 2>&1
  /meter labels /dev/nmem0 4
  sleep 60' meter lib/x86_64-linux-gnu/*
marks=''
for mark in sequential-read sequential-write random-read random-write label-read label-write; do
  marks="$marks $mark-start $mark"
done
count=0
while [ $count -lt $repetitions ]; do
  count=$((count + 1))
  # shellcheck disable=SC2046,SC2086
  watch device vnvdimm "$marks" vnvdimm emulate --engine kvm -machine q35,nvdimm=on $memory $device \
    -kernel "$kernel" -initrd guest.cpio -append "$ours"
  # shellcheck disable=SC2046,SC2086
  watch device qemu "$marks" $(peer) $memory $device -kernel "$kernel" -initrd guest.cpio -append "$ours"
done
