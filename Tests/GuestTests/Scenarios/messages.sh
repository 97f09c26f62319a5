# What the programs say of devices and file systems that the tests' own host does not have: the transcript
# Tests/Corpus/messages/devices.lab, with what is printed in this machine.
export LC_ALL=C.UTF-8
PATH=/usr/bin:$PATH
mkdir folder
(cd folder && sh /mnt/shells/transcript.sh /mnt/messages/devices.lab) | sed 's/ *$//' | tee printed
sed '/^$/d' /mnt/messages/devices.lab >shown
sed '/^$/d' printed | diff shown -
