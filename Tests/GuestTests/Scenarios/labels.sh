# The label methods: areas of both versions, written, read and zeroed in the guest, are identical to those in the file.
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=256M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
truncate -s 256M a.img
zeroes=$(checksum a.img)
guest '
  ndctl disable-region all
  ndctl read-labels -o blank nmem0
  for version in 1.1 1.2; do
    ndctl init-labels -f -V $version nmem0
    ndctl check-labels nmem0
    ndctl read-labels -j nmem0 | grep -F "\"minor\":${version#1.},"
  done
  ndctl read-labels -o after nmem0
  echo "length $(wc -c <after)"
  echo "blank $(sha256sum <blank)"
  echo "after $(sha256sum <after)"
' "$@"
says 'length 131072'
# The label area: the last 32 pages of 65536.
after=$(sed -n 's/^after //p' said)
expect 'area in the file' "$(checksum a.img 65504 32)" "$after"
expect 'area as label-dump reads it' "$(vnvdimm-label-dump --raw a.img | sha256sum)" "$after"
expect 'blank area' "$(sed -n 's/^blank //p' said)" "$(checksum a.img 0 32)"

guest 'ndctl disable-region all; ndctl zero-labels nmem0' "$@"
expect 'zeroed file' "$(checksum a.img)" "$zeroes"
