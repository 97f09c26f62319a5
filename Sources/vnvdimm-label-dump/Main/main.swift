import CommandSupport
import LabelDumpProgram

LabelDumpProgram.program.main()
