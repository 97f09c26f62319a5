# The commands of QEMU's document on hotplug, unchanged, in a guest that starts without an NVDIMM; then an NVDIMM with
# labels, whose namespace a later guest finds.
cat >script <<'SCRIPT'
set -eu
await() { for _ in $(seq 300); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; exit 1; }
echo "at the start: $(ls -d /sys/bus/nd/devices/nmem* 2>/dev/null | wc -l)"
echo 'give one'
await /dev/pmem0
ndctl list -DR
echo 'give labels'
await /sys/bus/nd/devices/nmem1
await /dev/pmem1
ndctl disable-region region1
ndctl init-labels -f nmem1
ndctl enable-region region1
ndctl create-namespace -f -r region1 -m fsdax -n plugged
echo written | dd of=/dev/pmem0 bs=4096 conv=sync,fsync
SCRIPT
mkfifo keys
timeout 200 vnvdimm emulate --engine kvm --run script -machine pc,nvdimm -m 512M,slots=2,maxmem=6G \
  -monitor stdio <keys >said 2>messages &
vmm=$!
exec 3>keys
await() {
  until grep -qF -- "$1" said 2>/dev/null; do
    kill -0 $vmm || { cat said messages; exit 1; }
    sleep 0.2
  done
}
await 'give one'
printf '%s\n' 'object_add memory-backend-file,id=mem2,share=on,mem-path=new_nvdimm.img,size=4G' \
  'device_add nvdimm,id=nvdimm2,memdev=mem2' >&3
await 'give labels'
printf '%s\n' 'object_add memory-backend-file,id=mem3,share=on,mem-path=b.img,size=130M' \
  'device_add nvdimm,id=nvdimm3,memdev=mem3,label-size=2M' >&3
status=0
wait $vmm || status=$?
exec 3>&-
cat said messages
expect status $status 0
says 'at the start: 0' '"size":4294967296,' '"name":"plugged"'
expect 'first bytes' "$(head -n 1 new_nvdimm.img)" written
expect 'size of the new file' "$(stat -c %s new_nvdimm.img)" 4294967296
# In slot 1, where it was plugged, under our VMM and under QEMU.
for vmm in guest qemu; do
  $vmm 'ndctl list -N' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
    -object memory-backend-file,id=mem3,share=on,mem-path=b.img,size=130M \
    -device nvdimm,memdev=mem3,label-size=2M,slot=1
  says '"name":"plugged"' '"mode":"fsdax"'
done
