import Basics

/// The lock of a DIMM: a passphrase that a guest sets, and that the next one has to give before it gets the data.
///
/// Source: NVDIMM DSM Interface 2.0, 3.18 to 3.27; what each state allows is as Linux `drivers/nvdimm/security.c` and
/// `drivers/acpi/nfit/intel.c` expect. The data on the backend is not encrypted.
public struct DIMMSecurity: Sendable, Equatable {
  package static let passphraseSize = 32
  /// So many wrong passphrases are taken until the power goes.
  package static let attempts = 5

  public enum State: String, CaseIterable, Sendable {
    /// There is no passphrase.
    case disabled
    case unlocked
    /// Neither data nor labels are reached.
    case locked
    /// Unlocked, and nothing of the lock changes until the power goes.
    case frozen
  }

  /// What is to become zero, and is not yet.
  package enum Erasure: Sendable, Equatable {
    case region
    /// The labels too.
    case everything
  }

  package enum Refusal: Error { case state, passphrase }

  package private(set) var user = Passphrase()
  /// For DIMMs whose user's passphrase is lost: it erases, and does not unlock.
  package private(set) var master = Passphrase()
  package private(set) var isLocked = false
  package private(set) var isFrozen = false
  package private(set) var erasure: Erasure?
  /// Whether everything was erased since the power came.
  package private(set) var isOverwritten = false
  /// What it is at each start of a guest; nil: locked where there is a passphrase.
  package private(set) var start: State?

  package init() {}

  /// As it was kept.
  package init(user: Secret?, master: Secret?, isLocked: Bool, isFrozen: Bool, erasure: Erasure?) {
    self.user.secret = user
    self.master.secret = master
    self.isLocked = isLocked
    self.isFrozen = isFrozen
    self.erasure = erasure
  }

  public var state: State {
    if user.secret == nil { return .disabled }
    if isLocked { return .locked }
    return isFrozen || user.isExpired ? .frozen : .unlocked
  }

  /// As Linux names it in the file `security` of a DIMM.
  public var name: String { erasure == nil ? state.rawValue : "overwrite" }

  /// The power comes back.
  package mutating func powerOn() {
    user.failures = 0
    master.failures = 0
    isOverwritten = false
    switch start {
    case nil: break
    case .disabled?: user.secret = nil
    case .unlocked?, .locked?, .frozen?: user.secret = user.secret ?? .unknown
    }
    isLocked = user.secret != nil && [nil, .locked].contains(start)
    isFrozen = start == .frozen
  }

  /// From now on it is `state` at each start, the first of which is now. Where that needs a passphrase and there is
  /// none, it gets one that nobody knows.
  package mutating func start(in state: State) {
    start = state
    powerOn()
  }

  package mutating func set(from old: [UInt8], to new: [UInt8]) throws(Refusal) {
    try check(isOpen: true)
    if user.secret != nil { try user.check(old) }
    user.secret = Secret(new)
  }

  package mutating func disable(_ passphrase: [UInt8]) throws(Refusal) {
    try check(isOpen: true)
    guard user.secret != nil else { throw .state }
    try user.check(passphrase)
    user.secret = nil
  }

  package mutating func unlock(_ passphrase: [UInt8]) throws(Refusal) {
    try check()
    guard isLocked else { throw .state }
    try user.check(passphrase)
    isLocked = false
  }

  package mutating func freeze() throws(Refusal) {
    guard user.secret != nil, erasure == nil else { throw .state }
    isFrozen = true
  }

  /// All of `part` is to be erased; any passphrase will do where there is none.
  package mutating func erase(_ part: Erasure, _ passphrase: [UInt8]) throws(Refusal) {
    try check()
    if user.secret != nil { try user.check(passphrase) }
    erasure = part
  }

  /// The region is to be erased, whatever the user's passphrase is.
  package mutating func erase(master passphrase: [UInt8]) throws(Refusal) {
    try check()
    try master.check(passphrase)
    erasure = .region
  }

  /// What was to be erased is: nothing is left to be locked.
  package mutating func finishErasure() {
    user = Passphrase()
    isLocked = false
    isOverwritten = erasure == .everything
    erasure = nil
  }

  /// Only while there is no other passphrase.
  package mutating func setMaster(from old: [UInt8], to new: [UInt8]) throws(Refusal) {
    try check()
    guard user.secret == nil else { throw .state }
    try master.check(old)
    master.secret = Secret(new)
  }

  private func check(isOpen: Bool = false) throws(Refusal) {
    guard !isFrozen, erasure == nil, !isOpen || !isLocked else { throw .state }
  }
}

extension DIMMSecurity {
  /// A passphrase as it is kept: it can be compared, and not read.
  package struct Secret: Sendable, Equatable {
    private static let saltSize = 16
    /// Of salt and digest.
    package static let size = saltSize + 32
    package let salt: [UInt8]
    package let digest: [UInt8]

    /// `bytes` are salt and digest, one behind the other.
    package init(stored bytes: ArraySlice<UInt8>) {
      salt = Array(bytes.prefix(Self.saltSize))
      digest = Array(bytes.dropFirst(Self.saltSize))
    }

    package init(_ passphrase: [UInt8]) {
      salt = Self.random(Self.saltSize)
      digest = SHA256.digest(salt + passphrase)
    }

    static var unknown: Secret { Secret(random(passphraseSize)) }

    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max) } }

    fileprivate func matches(_ passphrase: [UInt8]) -> Bool {
      // In the same time wherever they differ.
      zip(digest, SHA256.digest(salt + passphrase)).reduce(UInt8(0)) { (sum: UInt8, pair) in sum | (pair.0 ^ pair.1) }
        == 0
    }
  }

  /// A secret, and how often it was missed since the power came.
  package struct Passphrase: Sendable, Equatable {
    /// Nil where there is none: the master's is then as it was delivered, 32 zeros.
    package fileprivate(set) var secret: Secret?
    fileprivate var failures = 0

    /// Whether it is taken no more.
    package var isExpired: Bool { failures >= attempts }

    fileprivate mutating func check(_ given: [UInt8]) throws(Refusal) {
      guard !isExpired else { throw .state }
      guard secret?.matches(given) ?? given.allSatisfy({ $0 == 0 }) else {
        failures += 1
        throw .passphrase
      }
      failures = 0
    }
  }
}
