/// What is done when a guest's writes cannot be made durable: `werror`.
package enum WriteErrorPolicy: String, CaseIterable, Sendable {
  /// The operator is told, and the guest goes on as if all were well.
  case report
  /// The operator is told, and the guest ends before it can take for durable what is not.
  case stop
}
