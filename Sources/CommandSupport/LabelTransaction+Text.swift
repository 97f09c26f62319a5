package import LabelChange

extension LabelTransaction {
  /// How the change is made safe, for people.
  package var explanation: String {
    switch method {
    case .index: "new labels in free slots, then the other index block"
    case .birth: "labels, then the first index block"
    case .removal where writtenRanges.isEmpty: "the file ends before the area"
    case .removal: "the index blocks vanish, the current one last"
    case .record: "by a recovery record, from which --repair can complete it"
    case .length: "the file gets its new length at once"
    case .none: "none"
    }
  }
}

extension MigrationRefusal {
  /// Slots, versions and sizes that do not exist are the caller's mistake; the rest is an unsafe change.
  package var status: ExitStatus {
    switch self {
    case .slot, .version, .geometry, .labelArea: .usage
    default: .damaged
    }
  }
}
