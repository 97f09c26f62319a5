import CommandSupport
import MigrateLabelsProgram

MigrateLabelsProgram.program.main()
