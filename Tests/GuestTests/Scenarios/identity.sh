# A labelled DIMM in slot 0 has the handle, the id, the region and the interleave set that QEMU gives it. In addition,
# it has a lock.
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=256M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
script='
  exec 2>&1
  cookie() { echo "$1 $(cat /sys/bus/nd/devices/region0/set_cookie)"; }
  list() { ndctl list -DRNi | tr -d " \n" | sed "s/,\"security\":\"disabled\"//"; echo; }
  list
  cookie blank
  for version in 1.1 1.2; do
    ndctl disable-region all
    ndctl init-labels -f -V $version nmem0
    ndctl enable-region all
    cookie $version
  done
  list'
truncate -s 256M a.img
qemu "$script" "$@"
theirs=$(cat said)
rm a.img
truncate -s 256M a.img
guest "$script" "$@"
# 256 MiB less 128 KiB of labels; the cookies of serial number 0x123456.
says '"handle":1,' '"id":"8680-56341200",' '"size":268304384,' \
  'blank 0xba90120012b4dc' '1.1 0x2468ac00123456' '1.2 0xba90120012b4dc' '"iset_id":52512752653219036,'
expect 'answer of ndctl' "$(cat said)" "$theirs"
