import CommandSupport
import ResizeGuardProgram

ResizeGuardProgram.program.main()
