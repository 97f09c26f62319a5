import Basics
import CommandSupport
import LabelChange
import PersistentMemory

extension ProvisioningError {
  /// The failure, with a value that works where there is one.
  ///
  /// `sizeOption` is the one that gave the size, and the region is a multiple of `unit` bytes for the guest.
  func failure(sizeOption: String, unit: UInt64) -> CommandFailure {
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
    case .regionFull(_, _, let size, let left, let capacity):
      CommandFailure(
        .usage, "--namespace", description,
        hint: Self.regionSize(for: (capacity - left, size ?? unit), sizeOption, unit).map { "\(sizeOption) \($0)" })
    case .sameUUID, .sizeNeeded, .tableTooFar, .noRoomForData:
      CommandFailure(.usage, "--namespace", description)
    }
  }

  /// The region that has room for `sizes`, where that is what `sizeOption` gives.
  private static func regionSize(for sizes: (UInt64, UInt64), _ sizeOption: String, _ unit: UInt64) -> String? {
    let (sum, overflow) = sizes.0.addingReportingOverflow(sizes.1)
    guard sizeOption == "--size", !overflow, let size = sum.alignedUp(to: unit) else { return nil }
    return ByteCount(size).argument
  }
}
