# Namespaces made offline are, to the byte, those that ndctl makes in a guest: nothing in the region differs but
# the uuids and checksums of info blocks (bytes 16 to 47 and 4088 to 4095 of a page).
for version in 1.1 1.2; do
  vnvdimm-create --quiet --size 160M --label-size 128K --labels $version a.img
  vnvdimm-create --quiet --size 160M --label-size 128K --labels $version b.img \
    --namespace raw,size=16M --namespace sector,sector-size=512,size=32M --namespace sector,sector-size=520,size=32M \
    --namespace fsdax,map=mem,align=4K,size=48M --namespace devdax,map=mem
  guest '
    ndctl create-namespace -m raw -s 16M
    ndctl create-namespace -m sector -l 512 -s 32M
    ndctl create-namespace -m sector -l 520 -s 32M
    ndctl create-namespace -m fsdax -M mem -a 4K -s 48M
    ndctl create-namespace -m devdax -M mem
  ' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
    -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=167903232 \
    -device nvdimm,id=nvdimm1,memdev=mem1,slot=0,label-size=128K
  for name in a b; do dd if=$name.img of=$name.region bs=1M count=160 2>/dev/null; done
  { cmp -l a.region b.region || :; } >differences
  [ -s differences ]
  expect 'bytes that differ' \
    "$(awk '{ at = ($1 - 1) % 4096 } at < 16 || at >= 48 && at < 4088' differences | wc -l)" 0
  rm -f a.img b.img
done
