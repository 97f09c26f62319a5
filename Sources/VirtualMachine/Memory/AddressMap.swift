import Basics

/// The layout of the guest's physical address space, without overlaps.
///
/// Everything that is placed in guest memory is claimed here first, so that an overlap is an error when the machine is
/// built rather than a mystery when it runs.
package struct AddressMap: Sendable {
  package struct Claim: Equatable, Sendable {
    package let name: String
    package let range: Range<UInt64>
  }

  /// In order of address.
  package private(set) var claims: [Claim] = []

  package init() {}

  /// Claims `range` under `name`. Empty ranges take no space.
  package mutating func claim(_ name: String, _ range: Range<UInt64>) throws(AddressConflict) {
    guard !range.isEmpty else { return }
    let claim = Claim(name: name, range: range)
    if let other = claims.first(where: { $0.range.overlaps(range) }) { throw AddressConflict(claim, other) }
    let position = claims.firstIndex { $0.range.lowerBound > range.lowerBound } ?? claims.endIndex
    claims.insert(claim, at: position)
  }

  /// Claims `count` bytes at `address`.
  package mutating func claim(_ name: String, at address: UInt64, count: UInt64) throws(AddressConflict) {
    let (end, overflow) = address.addingReportingOverflow(count)
    try claim(name, address..<(overflow ? .max : end))
  }
}

/// Two parts of a machine would lie at the same guest-physical address.
package struct AddressConflict: Error, Equatable, Sendable, CustomStringConvertible {
  package let first: AddressMap.Claim
  package let second: AddressMap.Claim

  init(_ first: AddressMap.Claim, _ second: AddressMap.Claim) {
    self.first = first
    self.second = second
  }

  package var description: String {
    func text(_ claim: AddressMap.Claim) -> String {
      "\(claim.name) at \(claim.range.lowerBound.hex)-\((claim.range.upperBound - 1).hex)"
    }
    return "\(text(first)) lies on \(text(second))"
  }
}
