# The tables that -dump-acpi writes are those that the guest finds.
truncate -s 128M a.img
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
guest 'cd /sys/firmware/acpi/tables; for table in [A-Z]*; do echo "$(sha256sum <$table) $table"; done' "$@"
grep -c ' -  ' said
vnvdimm emulate "$@" -dump-acpi tables
ls tables
