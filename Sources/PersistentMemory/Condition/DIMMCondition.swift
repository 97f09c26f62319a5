import Basics

/// What a DIMM has been through: all of its state but the data on it.
public struct DIMMCondition: Sendable, Equatable {
  /// DPA ranges that cannot be read.
  public package(set) var errors = MediaErrors()
  public package(set) var health = DIMMHealth()
  /// Whether a shutdown that goes wrong is to be counted from now on: the guest relies on it.
  package var isShutdownLatched = false

  public init() {}
}
