# The programs' messages about devices and file systems that the tests' own host lacks: the transcript
# Tests/Corpus/messages/devices.lab, compared with the output in this machine. The scenario needs the machine's NVDIMMs
# in their initial state. host-dax, which uses them too, runs in another machine if two processors share the scenarios.
export LC_ALL=C.UTF-8
PATH=/usr/bin:$PATH
mkdir folder
(cd folder && sh /mnt/shells/transcript.sh /mnt/messages/devices.lab) | sed 's/ *$//' | tee printed
sed '/^$/d' /mnt/messages/devices.lab >shown
sed '/^$/d' printed | diff shown -
