# Release programs run on a machine without a Swift toolchain, such as this one.
expect 'libraries of Swift' "$(find / -xdev -name 'libswift*')" ''
for program in vnvdimm vnvdimm-create vnvdimm-check vnvdimm-label-dump; do
  $program --help >help
  grep -q USAGE help
done
