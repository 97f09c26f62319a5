# What the manual shows of guests: the commands of the pages as they stand, with what they print. What is typed at a
# terminal is in the scenario pages-typed.
# shellcheck disable=SC1091
. /mnt/shells/section.sh
section vnvdimm-workflows.7 'PROVISION FOR ONE VM'
section vnvdimm-workflows.7 'SHARE READ-ONLY'
