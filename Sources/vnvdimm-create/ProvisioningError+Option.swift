import CommandSupport
import VNVDIMMCore

extension ProvisioningError {
  /// The failure, with a value that works where there is one.
  var failure: CommandFailure {
    switch self {
    case .slot: CommandFailure(.usage, "--slot", description)
    case .noLabelArea: CommandFailure(.usage, "--namespace", description, hint: "--label-size auto")
    case .labelVersion: CommandFailure(.usage, "--labels", description)
    case .labelArea(.tooManyLabels): CommandFailure(.usage, "--namespace", description, hint: "--label-size 2M")
    case .labelArea: CommandFailure(.usage, "--label-size", description)
    case .sizeMisaligned(_, let mode, let size, let unit):
      CommandFailure(
        .usage, "--namespace", description,
        hint: size.alignedUp(to: unit).map { "--namespace \(mode.rawValue),size=\(ByteCount($0).argument)" })
    case .noRoomForTable(_, _, let smallest):
      CommandFailure(
        .usage, "--namespace", description, hint: "--namespace sector,size=\(ByteCount(smallest).argument)")
    case .sameUUID, .sizeNeeded, .regionFull, .tableTooFar, .noRoomForData:
      CommandFailure(.usage, "--namespace", description)
    }
  }
}
