import Basics
import QEMU
import TestSupport

extension RecordedAnswer {
  /// Returns the prediction for the same command line and files.
  func predicted(under rules: SizingRules) -> RecordedAnswer {
    let program = "qemu-system-\(rules.architecture.rawValue)"
    let prediction = MachineStartup.prediction(of: [program] + words, rules) { path in
      let state = state(of: path)
      return HostPath(forWriting: state, forReading: state, identity: path)
    } readFile: { _ in
      .failure(ConfigurationFileError(reason: "No such file or directory"))
    }
    var answer = self
    (answer.after, answer.message, answer.devices) = (before, prediction.message, [])
    for backend in prediction.backends {
      if let path = backend.request?.path, let size = backend.change.sizeAfter { answer.after[path] = size }
    }
    switch prediction.stop {
    case nil: answer.outcome = "starts"
    case .complaint?: answer.outcome = "refuses"
    case .crash?: answer.outcome = "crashes"
    case .help?, .hang?, .unknown?, .unsaid?: answer.outcome = "\(prediction.stop, default: "")"
    }
    guard prediction.stop == nil else { return answer }
    answer.devices = Set(
      prediction.devices.map { device in
        let (option, place) = (device.option, device.placement)
        return "\(option.id ?? "-") 0x\(String(place.address, radix: 16)) slot \(place.slot) size \(place.size) "
          + "node \(option.node)"
      })
    return answer
  }
  private func state(of path: String) -> BackendState {
    if let length = before[path] { return .file(size: length) }
    guard !folders.contains(path) else { return .directory }
    guard let slash = path.dropFirst().lastIndex(of: "/"), !path.hasPrefix("/") else { return .missing }
    let folder = String(path[..<slash])
    guard !folders.contains(folder) else { return .missing }
    return .inaccessible(before[folder] == nil ? "No such file or directory" : "Not a directory")
  }
}
