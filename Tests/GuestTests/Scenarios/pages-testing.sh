# The guests with failing NVDIMMs in vnvdimm-testing(7): runs the commands unchanged, and compares the output.
# shellcheck disable=SC1091
. /mnt/shells/section.sh
section vnvdimm-testing.7 'A BAD BLOCK AND ITS REPAIR'
section vnvdimm-testing.7 'A SMART ALARM'
section vnvdimm-testing.7 'AN UNSAFE SHUTDOWN'
section vnvdimm-testing.7 'A POWER CUT'
section vnvdimm-testing.7 'A LOCKED DIMM'
section vnvdimm-testing.7 'A FIRMWARE UPDATE'
