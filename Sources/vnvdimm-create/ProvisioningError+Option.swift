import Basics
import CommandSupport
import LabelChange
import PersistentMemory

extension ProvisioningError {
  /// Returns the failure, with a value that works if there is one.
  ///
  /// `sizeOption` is the option that gave the size, and the guest needs a region that is a multiple of `unit` bytes.
  func failure(sizeOption: String, unit: UInt64) -> CommandFailure {
    let typed = ShellCommand.typed(Create.programName)
    return switch self {
    case .slot: CommandFailure(.usage, "--slot", description)
    case .noLabelArea:
      CommandFailure(.usage, "--namespace", description, hint: .command(typed.with("--label-size", "auto")))
    case .labelVersion: CommandFailure(.usage, "--labels", description)
    case .labelArea(.tooManyLabels):
      CommandFailure(.usage, "--namespace", description, hint: .command(typed.with("--label-size", "2M")))
    case .labelArea: CommandFailure(.usage, "--label-size", description)
    case .sizeMisaligned(_, let mode, let size, let unit):
      CommandFailure(
        .usage, "--namespace", description,
        hint: size.alignedUp(to: unit).flatMap { typed.replacing(size, of: mode, by: $0) })
    case .noRoomForTable(_, let size, let smallest):
      CommandFailure(
        .usage, "--namespace", description, hint: typed.replacing(size, of: .sector, by: smallest))
    case .regionFull(_, _, let size, let left, let capacity):
      CommandFailure(
        .usage, "--namespace", description,
        hint: Self.regionSize(for: (capacity - left, size ?? unit), sizeOption, unit).map {
          .command(typed.with(sizeOption, $0))
        })
    case .sameUUID, .sizeNeeded, .tableTooFar, .noRoomForData:
      CommandFailure(.usage, "--namespace", description)
    }
  }

  /// Returns the region size that has room for `sizes`, if that is what `sizeOption` gives.
  private static func regionSize(for sizes: (UInt64, UInt64), _ sizeOption: String, _ unit: UInt64) -> String? {
    let (sum, overflow) = sizes.0.addingReportingOverflow(sizes.1)
    guard sizeOption == "--size", !overflow, let size = sum.alignedUp(to: unit) else { return nil }
    return ByteCount(size).argument
  }
}

extension ShellCommand {
  /// Returns this command with `other` as the size of the namespaces of `mode` that are to have `size` bytes; `nil` if
  /// no option gives that size.
  fileprivate func replacing(_ size: UInt64, of mode: NamespaceMode, by other: UInt64) -> Hint? {
    let command = mapping { word in
      guard let text = word.firstRange(of: "\(mode.rawValue),").map({ word[$0.lowerBound...] }),
        let specification = try? NamespaceSpecification(parsing: String(text)), specification.size == size
      else { return word }
      return word.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.hasPrefix("size=") ? "size=\(ByteCount(other).argument)" : $0
      }.joined(separator: ",")
    }
    return command == self ? nil : .command(command)
  }
}
