import Basics
import CommandSupport
import PersistentMemory

/// Everything that the program can say about the label area of a CXL device.
struct CXLExamination {
  let source: LabelAreaSource
  let area: LabelArea
  let findings: [Finding]

  init(_ source: LabelAreaSource, _ area: LabelArea) {
    self.source = source
    self.area = area
    findings = LabelVerification(area, dimm: LabelledDIMM(regionSize: nil, cookie: nil), layout: .cxl).findings
  }
}
