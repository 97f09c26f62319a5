/// What `-d` can have told while a machine runs.
package enum TraceTopic: String, CaseIterable, Sendable {
  /// Each call of a label method.
  case labelCalls = "dsm"
  /// Devices that come while the guest runs, and how the guest learns of them.
  case hotplug
  /// Each exit of a CPU.
  case exits

  /// Reads the value of `-d`: topics with commas between them.
  static func all(in value: String) throws(QEMUComplaint) -> Set<TraceTopic> {
    var topics: Set<TraceTopic> = []
    for name in value.split(separator: ",", omittingEmptySubsequences: false) {
      guard let topic = TraceTopic(rawValue: String(name)) else {
        throw .strict(.notOneOf(parameter: "-d", value: String(name), expected: allCases.map(\.rawValue)))
      }
      topics.insert(topic)
    }
    return topics
  }
}
