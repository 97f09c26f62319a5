import Basics
import CommandSupport
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// The value of `--get`: a path in the guest and, after a colon, one on this host.
struct FileRequest {
  let guestPath: String
  let hostPath: FilePath

  /// Without a path on this host, the file keeps its name in the current folder.
  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guestPath = parts[0]
    let name = FilePath(parts[0]).lastComponent?.string ?? ""
    var path = FilePath(parts.count > 1 ? parts[1] : name)
    if (try? path.stat())?.type == .directory { path.append(name) }
    hostPath = path
  }
}

/// Files of the guest on their way to this host. They are opened before the guest starts, so that the guest cannot
/// influence where they are written, nor over what.
struct RequestedFiles {
  private let requests: [FileRequest]
  let descriptors: [FileDescriptor]

  init(_ assembly: MachineAssembly) throws {
    let configuration = assembly.configuration
    requests = configuration.requests.map { FileRequest($0) }
    guard let first = configuration.requests.first else {
      descriptors = []
      return
    }
    guard configuration.script != nil else {
      throw CommandFailure(
        .usage, "--get \(first)", "needs --run: the file is sent when the script ends",
        hint: .command("vnvdimm", "emulate", "--help"))
    }
    var seen: Set<FilePath> = []
    for (text, request) in zip(configuration.requests, requests) {
      let isPath = request.guestPath.hasPrefix("/") && !request.guestPath.hasSuffix("/")
      guard isPath, !request.guestPath.contains(where: \.isNewline) else {
        throw CommandFailure(.usage, "--get \(text)", "is not the absolute path of a file in the guest")
      }
      guard seen.insert(request.hostPath).inserted else {
        throw CommandFailure(
          .usage, "--get \(text)", "another file is copied to the same place",
          hint: .options("--get \(request.guestPath):\(request.hostPath).2"))
      }
    }
    descriptors = try requests.map { request in
      do throws(BackendError) { return try ConsoleFile.open(request.hostPath) } catch {
        guard case .exists = error.reason else { throw error }
        let name = request.hostPath.string
        throw CommandFailure(
          .damaged, name, "the file exists, and did not come from a guest", hint: .command("ls", "-l", path: name))
      }
    }
  }

  /// Reports the files that did not arrive; returns whether all did.
  func areComplete(_ report: ScriptReport) -> Bool {
    var isComplete = true
    for (index, request) in requests.enumerated() {
      guard let error = report.failure(ofFile: index) else { continue }
      StandardStream.diagnose(
        "\(Emulate.programName): \(request.guestPath.asSubject): was not copied out of the guest: \(error)")
      isComplete = false
    }
    return isComplete
  }
}
