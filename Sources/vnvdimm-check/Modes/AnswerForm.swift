import CommandSupport

/// What a check says about one thing, under one release of QEMU.
protocol CheckAnswer: Encodable {
  /// The document of `--json`.
  var json: JSONTree { get }
  var status: ExitStatus { get }
  /// For people.
  var text: String { get }
}

extension CheckAnswer {
  func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

/// How answers are printed.
struct AnswerForm: Sendable {
  enum Form: Sendable {
    case text
    case json
    /// What `ndctl list` will say in the guest; findings go to standard error.
    case guestView
  }

  var form = Form.text
  /// Nothing for people.
  var isQuiet = false

  init(_ form: Form = .text, isQuiet: Bool = false) {
    self.form = form
    self.isQuiet = isQuiet
  }

  init(_ options: Check) {
    self.init(options.guestView ? .guestView : options.json ? .json : .text, isQuiet: options.quiet)
  }

  /// Prints `answer`, one of `count`: JSON of several is one document on each line.
  func print(_ answer: some CheckAnswer, of count: Int) throws {
    switch form {
    case .json where count > 1: try StandardStream.answer(answer.json.line)
    case .json: try StandardStream.answer(JSONAnswer.text(of: answer))
    case .text where !isQuiet: try StandardStream.answer(answer.text)
    case .text, .guestView: break
    }
  }
}

extension Sequence<ExitStatus> {
  /// The status that must not be missed; done where there is none.
  var gravest: ExitStatus { reduce(.done) { $0.graver($1) } }
}

extension ExitStatus {
  /// Of the statuses of two backends the one that must not be missed.
  func graver(_ other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.done, .irregular, .unsupported, .incomplete, .damaged]
    let ranks = [self, other].map { order.firstIndex(of: $0) ?? order.count }
    return ranks[0] >= ranks[1] ? self : other
  }
}
