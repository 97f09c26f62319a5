import Foundation
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// A guest's messages on COM4 about its script and about files; the guest may be hostile.
@Suite struct ScriptReportTests {
  private let folder: TemporaryDirectory
  private let files: [FileDescriptor]

  init() throws {
    let folder = try TemporaryDirectory()
    files = try ["0", "1"].map { name in
      try FileDescriptor.open(
        FilePath(folder.path(name)), .writeOnly, options: [.create], permissions: .ownerReadWrite)
    }
    self.folder = folder
  }

  private func report(_ text: String) -> ScriptReport {
    let report = ScriptReport(files: files)
    for byte in text.utf8 { report.receive(byte) }
    return report
  }

  private func contents(_ index: Int) throws -> String {
    try String(contentsOfFile: folder.path("\(index)"), encoding: .utf8)
  }

  @Test("files come whole, whatever is in them, and the status behind them")
  func whole() throws {
    let report = report("file 1 12\nstatus 3\n\0\r\nfile 0 0\nstatus 9\n")
    #expect(report.status == 9)
    #expect(try contents(1) == "status 3\n\0\r\n")
    #expect(try contents(0).isEmpty)
    #expect(report.failure(ofFile: 0) == nil && report.failure(ofFile: 1) == nil)
  }

  @Test(
    "what was not asked for, comes again, is too large, or breaks off goes nowhere",
    arguments: [
      ("file 2 3\nabcstatus 1\n", 1, Errno.noSuchFileOrDirectory),
      ("file -1 3\nabcstatus 1\n", 1, .noSuchFileOrDirectory),
      ("file 0 1073741825\nabc", nil, .fileTooLarge),
      ("file 0 18446744073709551616\nstatus 1\n", 1, .noSuchFileOrDirectory),
      ("file 0 18446744073709551615\nstatus 1\n", nil, .fileTooLarge), ("file 0 9\nabc", nil, .noSuchFileOrDirectory),
      ("file x 3\nstatus 2\n", 2, .noSuchFileOrDirectory), ("", nil, .noSuchFileOrDirectory),
    ] as [(String, UInt8?, Errno)])
  func refused(text: String, status: UInt8?, error: Errno) throws {
    let report = report(text)
    #expect(report.status == status)
    #expect(report.failure(ofFile: 0) == error)
    #expect(try contents(0).isEmpty)
    #expect(try contents(1).isEmpty)
  }

  @Test("a file that comes twice is what came first")
  func twice() throws {
    let report = report("file 0 3\nabcfile 0 4\ndefgstatus 0\n")
    #expect(try contents(0) == "abc")
    #expect(report.status == 0 && report.failure(ofFile: 0) == nil)
  }

  @Test("a disk that is full is told") func fullDisk() throws {
    let full = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    let report = ScriptReport(files: [full])
    for byte in "file 0 3\nabcstatus 0\n".utf8 { report.receive(byte) }
    #expect(report.failure(ofFile: 0) == .noSpace)
    #expect(report.status == 0)
  }
}
