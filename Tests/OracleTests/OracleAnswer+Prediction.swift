import Basics
import Foundation
import QEMU
import Storage
import SystemPackage
import TestSupport

extension OracleAnswer {
  /// Returns the file of `folder` that `name` refers to.
  private static func file(_ name: String, in folder: TemporaryDirectory) -> String {
    guard let target = try? FilePath(folder.path(name)).linkTarget() else { return name }
    return file(target.string, in: folder)
  }

  /// Predicts what a QEMU with `rules` will do with `test` in `folder`.
  init(predicting test: OracleCase, of rules: SizingRules, in folder: TemporaryDirectory) throws {
    func path(_ name: String) -> String { name.isEmpty || name.hasPrefix("/") ? name : folder.path(name) }
    let prediction = MachineStartup.prediction(
      of: test.arguments, rules, hotplug: test.hotplug.compactMap { HotplugCommand($0) }
    ) {
      HostPath(BackendExamination(path: FilePath(path($0))))
    } readFile: { name in
      let text = try? String(contentsOfFile: path(name), encoding: .utf8)
      return text.map { .success($0) } ?? .failure(ConfigurationFileError(reason: "No such file or directory"))
    }
    files = try OracleCase.lengths(in: folder)
    for backend in prediction.backends {
      guard let name = backend.request?.path, let size = backend.change.sizeAfter else { continue }
      files[Self.file(name.replacing(/^\.\//, with: ""), in: folder)] = size
    }
    switch prediction.stop {
    case nil: outcome = .starts
    case .complaint?: outcome = .refuses
    case .crash?: outcome = .crashes
    case .hang?: outcome = .hangs
    case .help?: outcome = .exits
    case .unknown?, .unsaid?: outcome = .unknown
    }
    message = prediction.message
    guard outcome == .starts else { return }
    devices = prediction.memoryDevices.map(\.json)
    answers = prediction.answers.map { $0?.description }
  }
}
