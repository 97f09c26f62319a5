# The guests in the manual and README: runs their commands unchanged, and compares the output. Input at a terminal is in
# the scenario pages-typed.
# shellcheck disable=SC1091
. /mnt/shells/section.sh
section vnvdimm-workflows.7 'PROVISION FOR ONE VM'
section vnvdimm-workflows.7 'SHARE READ-ONLY'

# README's tour ends with a guest that sees the backend of the tour's first command.
echo '==== README.md'
rm -rf folder
mkdir folder
sed -n 's/^\$ \(vnvdimm-create --size 256M.*\)/\1/p' /mnt/README.md >create.sh
(cd folder && sh ../create.sh) | head -n 1
awk -v RS='```\n' -v ORS='' '/(^|\n)\$ vnvdimm emulate/' /mnt/README.md >shown
prints_what_is_shown
