# Namespaces made offline are, to the byte, those that ndctl makes in a guest: in the region, only the uuids and
# checksums of info blocks differ (bytes 16 to 47 and 4088 to 4095 of a page). ndctl's check of the tables gives the
# same results for both: it refuses those with sectors of 520 bytes, even its own.
for version in 1.1 1.2; do
  vnvdimm-create --quiet --size 160M --label-size 128K --labels $version a.img
  vnvdimm-create --quiet --size 160M --label-size 128K --labels $version --slot 1 b.img \
    --namespace raw,size=16M --namespace sector,sector-size=512,size=32M --namespace sector,sector-size=520,size=32M \
    --namespace fsdax,map=mem,align=4K,size=48M --namespace devdax,map=mem
  dd if=b.img of=b.region bs=1M count=160 2>/dev/null
  guest '
    ndctl create-namespace -r region0 -m raw -s 16M
    ndctl create-namespace -r region0 -m sector -l 512 -s 32M
    ndctl create-namespace -r region0 -m sector -l 520 -s 32M
    ndctl create-namespace -r region0 -m fsdax -M mem -a 4K -s 48M
    ndctl create-namespace -r region0 -m devdax -M mem
    for table in 0.1 1.1 0.2 1.2; do
      ndctl disable-namespace namespace$table
      ndctl check-namespace namespace$table 2>&1 | sed "s/namespace$table/it/g; s/^/check $table: /"
    done
  ' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
    -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=167903232 \
    -device nvdimm,id=nvdimm1,memdev=mem1,slot=0,label-size=128K \
    -object memory-backend-file,id=mem2,share=on,mem-path=b.img,size=167903232 \
    -device nvdimm,id=nvdimm2,memdev=mem2,slot=1,label-size=128K
  dd if=a.img of=a.region bs=1M count=160 2>/dev/null
  { cmp -l a.region b.region || :; } >differences
  [ -s differences ]
  expect 'bytes that differ' \
    "$(awk '{ at = ($1 - 1) % 4096 } at < 16 || at >= 48 && at < 4088' differences | wc -l)" 0
  expect 'tables of 512 bytes that ndctl accepts' "$(grep -c '^check [01].1: checked 1 namespace' said)" 2
  expect 'tables of 520 bytes that ndctl accepts' "$(grep -c '^check [01].2: checked 0 namespaces' said)" 2
  expect 'what ndctl says of ours' "$(sed -n 's/^check 1.2: //p' said)" "$(sed -n 's/^check 0.2: //p' said)"
  says 'check 0.2: error'
  rm -f a.img b.img
done
