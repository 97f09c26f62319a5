import Basics
import Report

extension PathStart {
  init(_ options: Check) {
    self.init()
    mappedSize = options.mappedSize?.bytes
    labelSizes = options.labelSizes
    alignment = options.align?.bytes
    slotNumbers = options.slotNumbers
    ram = options.ram?.bytes
    slots = options.slots
    maximum = options.maxmem?.bytes
    newMode = options.toMode
  }
}
