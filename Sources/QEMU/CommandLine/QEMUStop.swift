/// The reason why QEMU stops before it runs the guest.
package enum QEMUStop: Error, Hashable, Sendable {
  /// QEMU refuses, with a message.
  case complaint(QEMUComplaint, at: QEMULocation)
  /// QEMU prints help or its version, and exits.
  case help
  /// QEMU is killed by a signal.
  case crash(QEMUCrash)
  /// QEMU tries endlessly to open the backend at this path.
  case hang(path: String)
  /// The outcome depends on something that is not described here.
  case unknown(String)
  /// The outcome depends on something that was not specified and that the host does not reveal.
  case unsaid(Unsaid)

  /// A value that a start needs.
  package enum Unsaid: String, Sendable {
    case size = "a size"
    case labelSize = "a label size"
  }
}

/// The cause of a crash of QEMU.
package enum QEMUCrash: Hashable, Sendable {
  /// The `align=` of this backend is not a power of two.
  case oddAlignment(backend: String)
  /// This backend is to be preallocated, but cannot be written.
  case preallocatedReadOnly(backend: String)
}

extension QEMUStop {
  /// Returns this stop under `release`. A release newer than every described one may know a word that no described
  /// release knows.
  func judged(under release: QEMURelease) -> QEMUStop {
    guard release.isNewerThanDescribed, case .complaint(let complaint, let location) = self, complaint.isAboutRelease
    else { return self }
    return .unknown("a word that QEMU \(QEMURelease.newest) refuses ('\(location.prefix)\(complaint)')")
  }

  /// The complaint of our own dialect and its location. In this dialect nothing crashes or hangs.
  package var complaint: (complaint: QEMUComplaint, location: QEMULocation) {
    switch self {
    case .complaint(let complaint, let location): (complaint, location)
    case .help: (.strict(.help), .nowhere)
    case .hang(let path), .crash(.oddAlignment(let path)), .crash(.preallocatedReadOnly(let path)):
      (.strict(.notABackend(path: path)), .nowhere)
    case .unknown(let what): (.strict(.undescribed(what)), .nowhere)
    case .unsaid(let what): (.strict(.undescribed("a backend without \(what.rawValue)")), .nowhere)
    }
  }
}
