# Namespaces of every mode, with the sizes that a region of 256 MiB gives (as measured under QEMU).
truncate -s $((256 * 1024 + 128))K a.img
guest '
  ndctl disable-region all
  ndctl init-labels -f -V 1.2 nmem0
  ndctl enable-region all
  for mode in raw sector fsdax devdax; do
    ndctl create-namespace -m $mode -n "my-$mode"
    ndctl list -N | tr -d "\n "
    ls /dev/pmem* /dev/dax* 2>/dev/null || :
    ndctl destroy-namespace -f all
  done
' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=268566528 \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
says '"mode":"raw","size":268435456,' '"name":"my-raw"' \
  '"mode":"sector","size":267096064,' '/dev/pmem0s' \
  '"mode":"fsdax","map":"dev","size":262144000,' \
  '"mode":"devdax","map":"dev","size":262144000,' '/dev/dax0.0' '"name":"my-devdax"'
