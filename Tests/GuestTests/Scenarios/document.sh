# The command lines of QEMU's document on virtual NVDIMMs, unchanged, with the VMM that suits this machine, the newest
# kernel, and a shell on standard input and output.
truncate -s 128M nvdimm.img
for options in '' ',label-size=128K'; do
  # Input that arrives before the shell is ready may be lost.
  { yes '' | head -n 300 && echo 'ndctl list -DR; exit'; } |
    timeout 120 vnvdimm emulate -machine pc,nvdimm -m 512M,slots=2,maxmem=4G \
      -object memory-backend-file,id=mem1,share=on,mem-path=nvdimm.img,size=128M \
      -device "nvdimm,id=nvdimm1,memdev=mem1$options" >said
  cat said
  says '"dev":"nmem0",' '"id":"8680-56341200",'
  case $options in
    '') says '"size":134217728,' ;;
    *) says '"size":134086656,' ;;
  esac
done
