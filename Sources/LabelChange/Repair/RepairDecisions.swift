/// What somebody has decided of that which nothing proves.
package struct RepairDecisions: Hashable, Sendable {
  /// Whether labels that cannot stay, or of which nobody knows what they were, are dropped.
  package let discardsLabels: Bool
  /// The label that is taken of those that a damaged one can have been: its number, from 1, by slot.
  package let choices: [Int: Int]

  package init(discardsLabels: Bool = false, choices: [Int: Int] = [:]) {
    self.discardsLabels = discardsLabels
    self.choices = choices
  }

  /// Nothing is decided: what is not proved stays as it is.
  package static let none = RepairDecisions()
  package static let discarding = RepairDecisions(discardsLabels: true)
}
