import Basics

/// What lies where in the guest's physical address space, without overlaps.
///
/// Whatever is placed in guest memory is claimed here first: two parts that would lie on one another are an error
/// when the machine is built, not a riddle when it runs.
package struct AddressMap: Sendable {
  package struct Claim: Equatable, Sendable {
    package let name: String
    package let range: Range<UInt64>
  }

  /// In the order of addresses.
  package private(set) var claims: [Claim] = []

  package init() {}

  /// Enters `range` under `name`. Empty ranges take no place.
  package mutating func claim(_ name: String, _ range: Range<UInt64>) throws(AddressConflict) {
    guard !range.isEmpty else { return }
    let claim = Claim(name: name, range: range)
    if let other = claims.first(where: { $0.range.overlaps(range) }) { throw AddressConflict(claim, other) }
    let position = claims.firstIndex { $0.range.lowerBound > range.lowerBound } ?? claims.endIndex
    claims.insert(claim, at: position)
  }

  /// Enters `count` bytes at `address`.
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
