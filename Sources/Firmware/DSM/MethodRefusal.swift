/// A request ended otherwise than in success.
struct MethodRefusal: Error {
  let status: MethodStatus

  init(_ status: MethodStatus) { self.status = status }
}
