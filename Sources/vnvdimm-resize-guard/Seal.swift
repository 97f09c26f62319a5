import ArgumentParser
import Basics
import CommandSupport
import QEMU
import Storage
import SystemPackage

/// `seal PATH`: stores the layout fingerprint.
struct Seal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal",
    abstract: "Save a fingerprint of the layout with the backend.",
    usage: "vnvdimm-resize-guard seal [<options>] <path>",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard seal --qemu-version 7.2 nv.img
      """)

  @Argument(help: "The backend: a file, a block device, a DAX device.", completion: .file(), transform: utf8Path)
  var path: String

  @OptionGroup(title: "Start") var start: StartOptions
  @OptionGroup var output: AnswerOptions

  func run() throws {
    let backend = try Backend(path: FilePath(path))
    try backend.checkSettled()
    // An earlier seal is ignored: the present layout is the intended one from now on.
    let fingerprint = try start.fingerprint(of: backend, sealed: nil)
    try Self.check(fingerprint, path)
    let place = try Self.keep(fingerprint, of: backend, start)
    try LayoutAnswer(path: path, fingerprint: fingerprint, sealed: nil, place: place, findings: []).print(output)
  }

  /// Throws if no start can have this layout.
  private static func check(_ fingerprint: LayoutFingerprint, _ path: String) throws {
    guard fingerprint.size <= fingerprint.length else {
      throw CommandFailure(
        .damaged, path,
        "the backend is shorter than the mapped size (stored \(ByteCount(fingerprint.length).precise), expected "
          + "\(ByteCount(fingerprint.size).precise))", hint: .command("vnvdimm-check", path: path))
    }
    guard fingerprint.region > 0 else {
      throw CommandFailure(
        .unsupported, path, "no region can be laid out with these sizes",
        hint: .command("vnvdimm-check", path: path))
    }
  }

  static func keep(
    _ fingerprint: LayoutFingerprint, of backend: borrowing Backend, _ start: StartOptions
  ) throws(CommandFailure) -> LayoutSeal.Place {
    do throws(LayoutSealError) {
      return try LayoutSeal.keep(fingerprint, of: backend, sidecar: start.sidecar.map { FilePath($0) })
    } catch { throw error.failure(of: backend.path.string) }
  }
}
