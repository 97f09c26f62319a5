# Release programs run on a machine that has no Swift toolchain, as this one.
! find / -xdev -name 'libswift*' | grep .
for program in vnvdimm vnvdimm-create vnvdimm-check vnvdimm-label-dump; do
  $program --help >help
  grep -q USAGE help
done
