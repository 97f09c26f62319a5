import CommandSupport
import CreateProgram

CreateProgram.program.main()
