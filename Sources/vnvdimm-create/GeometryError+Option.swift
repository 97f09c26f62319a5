import Basics
import CommandSupport
import PersistentMemory

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
  /// Returns the failure, which names the option to change and, if there is one, a value that works.
  func failure(of request: GeometryRequest) -> CommandFailure {
    let (option, value) = remedy(for: request)
    return CommandFailure(
      .usage, option, description, hint: value.map { .command(.typed(Create.programName).with(option, $0)) })
  }

  private func remedy(for request: GeometryRequest) -> (option: String, value: String?) {
    switch self {
    case .alignmentNotPageMultiple(let alignment, _), .alignmentNotPowerOfTwo(let alignment):
      ("--backend-align", Self.powerOfTwo(near: alignment))
    case .guestAlignmentNotPowerOfTwo(let alignment):
      ("--guest-align", Self.powerOfTwo(near: alignment))
    case .labelTooSmall: ("--label-size", ByteCount(BackendGeometry.smallestLabelSize).argument)
    case .labelTooLarge, .labelRequired: ("--label-size", "auto")
    case .noRoomForRegion, .regionEmpty, .tooLarge: (request.sizeOption, nil)
    case .mappedSizeNotPageMultiple(let size, let unit), .regionNotAligned(let size, let unit),
      .regionNotGranular(let size, let unit):
      (request.sizeOption, size.alignedUp(to: unit).map { ByteCount($0).argument })
    }
  }

  /// Returns the smallest power of two that is not below `alignment` and not below a page.
  private static func powerOfTwo(near alignment: UInt64) -> String {
    let exponent = min(max(UInt64.bitWidth - (max(alignment, 1) - 1).leadingZeroBitCount, 12), 40)
    return ByteCount(1 << UInt64(exponent)).argument
  }
}
