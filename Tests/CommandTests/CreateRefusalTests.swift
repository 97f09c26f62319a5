import Foundation
import TestSupport
import Testing

/// Every refusal has its own message and status, and changes nothing in the folder.
@Suite("vnvdimm-create refuses")
struct CreateRefusalTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let manager = FileManager.default
    try Data("kept".utf8).write(to: folder.url.appendingPathComponent("file"))
    try manager.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
    try manager.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nothing")
    // Safe: the text lives for the call.
    #expect(unsafe mkfifo(folder.path("fifo"), 0o600) == 0)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let message: String

    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String, _ status: Int32, _ message: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.status = status
      self.message = message
    }
  }

  static let sizes = [
    Case("--size 0 new", 64, "--size: the size is 0\n"),
    Case("--file-size 0 new", 64, "--file-size: the size is 0\n"),
    Case("--size -1 new", 64, "size '-1' has a sign"),
    Case("--size=-1 new", 64, "size '-1' has a sign"),
    Case("--size 1X new", 64, "size '1X' is not a number with an optional unit"),
    Case("--size 16777216T new", 64, "size '16777216T' is too large"),
    Case(
      "--size 1K new", 64,
      "(stored 1024 bytes (1 KiB), expected a multiple of 4 KiB)\nhint: vnvdimm-create new --size 4K\n"),
    Case("--file-size 1M --size 1M new", 64, "--size and --file-size exclude each other"),
    Case("new", 64, "give one of --size (what the guest sees), --file-size and --from"),
    Case("--size 16M", 64, "Missing expected argument '<path>'"),
    Case(
      "--file-size 67108865 new", 64,
      "(stored 67108865 bytes, expected a multiple of 4 KiB)\nhint: vnvdimm-create new --file-size 65540K\n"),
    Case("--size 16383P new", 64, "--size: no file can be so large"),
    Case("--size 18446744073709547520 new", 64, "--size: the sizes add up to more than 18446744073709551615 bytes\n"),
    Case("--size 8191P new", 1, "new: cannot allocate 9222246136950030336 bytes (8795019280386 MiB): File too large\n"),
  ]

  static let labelAreas = [
    Case(
      "--size 64M --label-size 64K new", 64,
      """
      --label-size: the label area is below QEMU's minimum (stored 65536 bytes (64 KiB), expected at least 131072 \
      bytes (128 KiB))
      hint: vnvdimm-create --size 64M new --label-size 128K

      """),
    Case("--size 64M --label-size 0 new", 64, "--label-size: the label area is below QEMU's minimum (stored 0 bytes"),
    Case("--size 64M --label-size 131071 new", 64, "below QEMU's minimum (stored 131071 bytes"),
    Case(
      "--file-size 64M --label-size 64M new", 64,
      "--file-size: no memory is left for the guest: 67108864 bytes (64 MiB) cannot hold a label area of 67108864"),
    Case("--file-size 64M --label-size 128M new", 64, "--file-size: no memory is left for the guest"),
    Case("--file-size 128K new", 64, "--file-size: no memory is left for the guest"),
    Case("--size 64M --label-size 4G new", 64, "--label-size: the label area is larger than a guest can be told"),
    Case("--size 64M --label-size 1G new", 64, "--label-size: the area is too large to be initialised"),
    Case("--size 64M --label-size -1 new", 64, "size '-1' has a sign"),
    Case("--size 64M --label-size some new", 64, "'some' is not a label size"),
    Case("--size 64M --labels 1.3 new", 64, "The value '1.3' is invalid for '--labels': expected 1.1, 1.2, blank"),
    Case("--size 64M --labels 1.1 --label-size none new", 64, "--labels needs a label area"),
  ]

  static let others = [
    Case("--size 64M --backend-align 0 new", 64, "--backend-align: the alignment is 0\n"),
    Case(
      "--size 64M --backend-align 3 new", 64, "--backend-align: the backend alignment is not a multiple of the page"),
    Case("--size 96M --backend-align 3M new", 64, "--backend-align: the backend alignment is not a power of two"),
    Case(
      "--size 64M --backend-align 1G new", 64, "--size: the guest's size is not a multiple of the backend alignment"),
    Case("--file-size 64M --backend-align 1G new", 64, "--file-size: no memory is left for the guest"),
    Case("--size 64M --guest-align 3M new", 64, "--guest-align: the guest alignment is not a power of two"),
    Case("--size 64M --guest-align 0 new", 64, "--guest-align: the alignment is 0\n"),
    Case("--size 64M --preallocate some new", 64, "The value 'some' is invalid for '--preallocate <how>'"),
    Case("--size 64M --id 1a new", 64, "an id consists of letters, digits"),
    Case("--size 64M --id a,b new", 64, "an id consists of letters, digits"),
  ]

  static let places = [
    Case(
      "--size 16M file", 2,
      "vnvdimm-create: file: the file exists already\nhint: vnvdimm-create --size 16M file --overwrite\n"),
    Case("--size 16M folder", 63, "vnvdimm-create: folder: a directory, not a backend\n"),
    Case("--size 16M --overwrite folder", 63, "vnvdimm-create: folder: a directory, not a backend\n"),
    Case("--size 16M new/", 63, "vnvdimm-create: new: a directory, not a backend\n"),
    Case("--size 16M .", 63, "vnvdimm-create: .: a directory, not a backend\n"),
    Case("--size 16M folder/..", 63, "vnvdimm-create: folder/..: a directory, not a backend\n"),
    Case("--size 16M /", 63, "vnvdimm-create: /: a directory, not a backend\n"),
    Case("--size 16M fifo", 63, "vnvdimm-create: fifo: a fifo, not a backend\n"),
    Case("--size 16M --overwrite fifo", 63, "vnvdimm-create: fifo: a fifo, not a backend\n"),
    Case("--size 16M --overwrite /dev/null", 63, "vnvdimm-create: /dev/null: a character device other than DAX, not"),
    Case("--size 16M link", 2, "vnvdimm-create: link: a symbolic link, which is neither followed nor replaced\n"),
    Case("--size 16M --overwrite link", 2, "vnvdimm-create: link: a symbolic link, which is neither followed nor rep"),
    Case("--size 16M dangling", 1, "vnvdimm-create: dangling: a symbolic link to a file that does not exist\n"),
    Case("--size 16M --overwrite dangling", 1, "vnvdimm-create: dangling: a symbolic link to a file that does not"),
    Case("--size 16M /dev/no-such-dax", 63, "vnvdimm-create: /dev/no-such-dax: no such device, and files among"),
    Case("--size 16M nowhere/new", 1, "vnvdimm-create: nowhere: no such folder\n"),
    Case("--size 16M file/new", 1, "vnvdimm-create: file: cannot open: Not a directory\n"),
    Case("--size 16M /proc/new", 1, "vnvdimm-create: /proc/new: cannot create: No such file or directory\n"),
    Case("--size 16M \(String(repeating: "n", count: 256))", 1, "n: cannot create: File name too long\n"),
  ]

  @Test("what cannot be made", arguments: sizes + labelAreas + others + places)
  func refusal(_ refused: Case) throws {
    let before = try FolderState(of: folder.url)
    let run = try ProgramRun("vnvdimm-create", refused.arguments, in: folder.url)
    #expect(run.status == refused.status)
    #expect(run.errors.contains(refused.message), "\(run.errors)")
    #expect(run.errors.hasPrefix("vnvdimm-create: "))
    #expect(run.output.isEmpty)
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test func anEmptySize() throws {
    let run = try ProgramRun("vnvdimm-create", ["--size", "", "new"], in: folder.url)
    #expect(run.status == 64)
    #expect(run.errors.contains("the size is empty"))
  }

  @Test func anEmptyPath() throws {
    let run = try ProgramRun("vnvdimm-create", ["--size", "16M", ""], in: folder.url)
    #expect(run.status == 64)
    #expect(run.errors == "vnvdimm-create: the path is empty\n")
  }

  @Test func failuresAreJSONToo() throws {
    let run = try ProgramRun("vnvdimm-create", ["--json", "--size", "16M", "file"], in: folder.url)
    #expect(run.status == 2)
    let answer = try JSONSerialization.jsonObject(with: run.output) as? NSDictionary
    let expected: NSDictionary = [
      "format": 1,
      "error": [
        "program": "vnvdimm-create", "subject": "file", "message": "the file exists already",
        "hint": "vnvdimm-create --json --size 16M file --overwrite", "status": 2,
      ] as NSDictionary,
    ]
    #expect(answer == expected)
  }
}
