/// Why QEMU does not come as far as to run the guest.
package enum QEMUStop: Error, Hashable, Sendable {
  /// It refuses, with a message.
  case complaint(QEMUComplaint, at: QEMULocation)
  /// It prints help or its version, and ends.
  case help
  /// It is ended by a signal.
  case crash(QEMUCrash)
  /// It tries for ever to open the backend at this path.
  case hang(path: String)
  /// It depends on something that is not described here.
  case unknown(String)
  /// It depends on something that whoever asks has not said, and the host does not tell.
  case unsaid(Unsaid)

  /// What a start lacks.
  package enum Unsaid: String, Sendable {
    case size = "a size"
    case labelSize = "a label size"
  }
}

/// What makes QEMU fall over.
package enum QEMUCrash: Hashable, Sendable {
  /// `align=` of this backend is no power of two.
  case oddAlignment(backend: String)
  /// This backend is to be preallocated, and cannot be written.
  case preallocatedReadOnly(backend: String)
}

extension QEMUStop {
  /// This stop under `release`: one newer than all that is described may know a word that no release knows so far.
  func judged(under release: QEMURelease) -> QEMUStop {
    guard release.isNewerThanDescribed, case .complaint(let complaint, let location) = self, complaint.isAboutRelease
    else { return self }
    return .unknown("a word that QEMU \(QEMURelease.newest) refuses ('\(location.prefix)\(complaint)')")
  }

  /// What our own dialect complains of, in which nothing falls over or goes on for ever, and where.
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
