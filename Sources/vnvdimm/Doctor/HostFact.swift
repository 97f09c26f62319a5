/// One thing that the suite can make use of on this host, and how it stands with it.
struct HostFact: Encodable {
  enum State: String, Encodable {
    case ready, missing
    /// It is there, and does less than it could; or it is a matter of hardware.
    case limited
  }

  let name: String
  let state: State
  let fact: String
  /// What to type to have it.
  var command: String?
}
