# The tables that -dump-acpi writes are byte for byte those that the guest finds.
truncate -s 128M a.img
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
guest 'cd /sys/firmware/acpi/tables; for table in *; do [ ! -f "$table" ] || sha256sum "$table"; done' "$@"
mkdir tables
# --run gives the guest an additional serial port, which the DSDT describes.
vnvdimm emulate --run script "$@" -dump-acpi tables
# Linux does not show the tables that lead to the others.
rm tables/RSDP.aml tables/XSDT.aml
expect tables "$(cat said)" "$(cd tables && sha256sum -- *.aml | sed 's/.aml$//')"
