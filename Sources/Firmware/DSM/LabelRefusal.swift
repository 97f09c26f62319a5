/// A label request ended otherwise than in success.
struct LabelRefusal: Error {
  let status: LabelStatus

  init(_ status: LabelStatus) { self.status = status }
}
