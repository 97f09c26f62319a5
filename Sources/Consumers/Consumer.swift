/// A program that gives files and devices to guests as persistent memory, and what it makes of them: a row of
/// `Consumer.all`.
package struct Consumer: Sendable {
  /// How long the guest's device is. All numbers are bytes.
  package enum Extent: Sendable {
    /// As long as what is mapped.
    case exact
    /// What is mapped, rounded up.
    case roundedUp(to: UInt64)
    /// The next power of two, which is at least so much.
    case powerOfTwo(atLeast: UInt64)
  }

  /// What the program is started with.
  package enum Start: Sendable {
    /// It is no QEMU: what it does is what `statements` say.
    case own(Extent)
    /// It starts a QEMU with these arguments; what `statements` say comes on top.
    case qemu(@Sendable (_ path: String, _ length: UInt64) -> [String])
    /// The usual start of QEMU, as without `--for`.
    case usual
    /// libvirt starts that, from a domain.
    case domain
    /// It has no persistent memory for its guests, for this reason.
    case nothing(String)
  }

  /// An option of the program that decides what becomes of a backend, in its own words.
  package struct Option: Sendable {
    package let name: String
    /// The values that a text can have; empty for a size.
    let values: [String]
    /// What holds where it is not given.
    let usual: String?

    static func size(_ name: String = "size") -> Option { Option(name: name, values: [], usual: nil) }
    static func switchable(_ name: String, _ values: [String], usual: String) -> Option {
      Option(name: name, values: values, usual: usual)
    }
  }

  /// What it is called as a value of `--for`.
  package let name: String
  /// What people call it.
  package let title: String
  package let start: Start
  /// What it is the newest described of: a release, or a commit where there are no releases.
  package let newest: ConsumerRelease?
  package let options: [Option]
  /// In the order in which the program looks.
  let statements: [ConsumerStatement]
  /// What the length of a file that is made for it is a multiple of, in bytes.
  package let unit: UInt64
  /// Whether images for it begin with the info block of fsdax mode.
  package let isDirect: Bool
  /// Lines with which it is given the backend.
  package let configuration: @Sendable (_ path: String) -> [String]

  init(
    _ name: String, _ title: String, _ start: Start, newest: ConsumerRelease? = nil, unit: UInt64 = 2 << 20,
    isDirect: Bool = false, options: [Option] = [], _ statements: [ConsumerStatement] = [],
    configuration: @escaping @Sendable (_ path: String) -> [String] = { _ in [] }
  ) {
    self.name = name
    self.title = title
    self.start = start
    self.newest = newest
    self.unit = unit
    self.isDirect = isDirect
    self.options = options
    self.statements = statements
    self.configuration = configuration
  }
}

/// What one release of a program does in one situation, with the place in its sources that says so.
struct ConsumerStatement: Sendable {
  enum Outcome: Sendable {
    /// It does not start, in these words.
    case refuses(String)
    /// It does not start, for this reason; its words are not recorded.
    case fails(String)
    /// It starts, and this is so; the sizes that the message is about are added to it.
    case tells(ConsumerRule, String)
  }

  let situation: ConsumerSituation
  let outcome: Outcome
  let source: String

  static func refuses(_ words: String, when situation: ConsumerSituation, _ source: String) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .refuses(words), source: source)
  }

  static func fails(
    _ reason: String, when situation: ConsumerSituation, _ source: String
  ) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .fails(reason), source: source)
  }

  static func tells(
    _ rule: ConsumerRule, _ message: String, when situation: ConsumerSituation, _ source: String
  ) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .tells(rule, message), source: source)
  }
}

/// What must be so for a statement to hold.
indirect enum ConsumerSituation: Sendable {
  case missing
  case folder
  case folderWithoutSize
  case file
  /// An empty file.
  case empty
  /// A block device or a DAX device.
  case device
  case notMultiple(of: UInt64)
  /// More is to be mapped than the file holds.
  case beyondFile
  /// Less is to be mapped than the file holds.
  case withinFile
  /// The guest's device is longer than what is mapped.
  case padded
  /// What the guest sees is no multiple of 2 MiB.
  case guestMisaligned
  /// There is a label area.
  case labelled
  /// What the guest sees is no namespace in fsdax mode.
  case withoutDAX
  case option(String, is: String)
  case before(ConsumerRelease)
  case since(ConsumerRelease)
  case both(ConsumerSituation, ConsumerSituation)
}
