import CommandSupport
import CheckProgram

CheckProgram.program.main()
