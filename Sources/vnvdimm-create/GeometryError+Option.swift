import CommandSupport
import VNVDIMMCore

extension GeometryRequest {
  /// The option that gave the size.
  var sizeOption: String {
    switch size {
    case .region: "--size"
    case .mapped: "--file-size"
    }
  }
}

extension GeometryError {
  /// The failure, which names the option to change and, where there is one, a value that works.
  func failure(of request: GeometryRequest) -> CommandFailure {
    let (option, hint) = remedy(for: request)
    return CommandFailure(.usage, option, description, hint: hint)
  }

  private func remedy(for request: GeometryRequest) -> (option: String, hint: String?) {
    switch self {
    case .alignmentNotPageMultiple, .alignmentNotPowerOfTwo: ("--backend-align", nil)
    case .guestAlignmentNotPowerOfTwo: ("--guest-align", nil)
    case .labelTooSmall: ("--label-size", "--label-size \(ByteCount(BackendGeometry.smallestLabelSize).argument)")
    case .labelTooLarge, .labelRequired: ("--label-size", "--label-size auto")
    case .noRoomForRegion, .regionEmpty, .tooLarge: (request.sizeOption, nil)
    case .mappedSizeNotPageMultiple(let size, let unit), .regionNotAligned(let size, let unit),
      .regionNotGranular(let size, let unit):
      (request.sizeOption, size.alignedUp(to: unit).map { "\(request.sizeOption) \(ByteCount($0).argument)" })
    }
  }
}
