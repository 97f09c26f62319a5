# --probe shows the guest's view on either engine, which must match the prediction; no backend changes.
vnvdimm-create --quiet --size 128M --namespace fsdax,name=first,size=64M --namespace sector,name=second a.img
vnvdimm-create --quiet --size 64M --label-size none b.img
before=$(cat a.img b.img | sha256sum)
vnvdimm-check --quiet --guest-view a.img b.img >predicted || test $? = 3
for engine in 'kvm' 'qemu -accel kvm -cpu host'; do
  # shellcheck disable=SC2086
  vnvdimm emulate --probe --engine $engine a.img b.img >seen
  # The region that Linux finds first, and so the numbers, may differ at each boot.
  guest-views compare predicted seen
done
# With QEMU's own options, too; the drivers' writes at the start of the guest do not reach the backend.
vnvdimm emulate --probe --engine kvm -machine pc,nvdimm=on -m 256M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size="$(stat -c %s a.img)" \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=2M >seen
grep -q '"name" *: *"first"' seen
expect backends "$(cat a.img b.img | sha256sum)" "$before"
