/// A reference for the answers of an NVDIMM's security functions, after the text of the NVDIMM DSM Interface 2.0, 3.18
/// to 3.27. Passphrases are kept in plain text, and an overwrite takes no time.
struct LockReference {
  var isReadOnly = false
  private var user: [UInt8]?
  private var master = [UInt8](repeating: 0, count: 32)
  private(set) var isLocked = false
  private var isFrozen = false
  private var misses = (user: 0, master: 0)
  private var isOverwritten = false

  init(isReadOnly: Bool = false) { self.isReadOnly = isReadOnly }

  mutating func powerOn() {
    isLocked = user != nil
    isFrozen = false
    misses = (0, 0)
    isOverwritten = false
  }

  /// Returns the status, the data that follows it, and what is set to zero.
  mutating func answer(
    _ function: UInt32, _ argument: [UInt8]
  ) -> (status: UInt32, data: [UInt8], erasesRegion: Bool, erasesLabels: Bool) {
    if function == 19 {
      var state: UInt8 = user == nil ? 0 : 2
      if isLocked { state += 4 }
      if isFrozen { state += 8 }
      if misses.user == 5 { state += 0x10 }
      return (0, [misses.master == 5 ? 3 : 1, 0, 0, 0, state, 0, 0, 0], false, false)
    }
    if function == 26 { return (isOverwritten ? 0 : 0x2_0007, [], false, false) }
    let needed = function == 20 || function == 27 ? 64 : function == 23 ? 0 : 32
    guard argument.count >= needed else { return (3, [], false, false) }
    let erases = [24, 25, 28].contains(function)
    if erases, isReadOnly { return (1, [], false, false) }
    let status = change(function, Array(argument.prefix(32)), Array(argument.dropFirst(32).prefix(32)))
    return (status, [], erases && status == 0, function == 25 && status == 0)
  }

  private mutating func change(_ function: UInt32, _ first: [UInt8], _ second: [UInt8]) -> UInt32 {
    if function == 23 {
      if user == nil { return 10 }
      isFrozen = true
      return 0
    }
    if isFrozen { return 10 }
    switch function {
    case 20 where isLocked, 21 where isLocked || user == nil, 22 where !isLocked, 27 where user != nil: return 10
    default: break
    }
    if function == 27 || function == 28 {
      if misses.master == 5 { return 10 }
      guard first == master else {
        misses.master += 1
        return 11
      }
      misses.master = 0
    } else if let user {
      if misses.user == 5 { return 10 }
      guard first == user else {
        misses.user += 1
        return 11
      }
      misses.user = 0
    }
    switch function {
    case 20: user = second
    case 21: user = nil
    case 22: isLocked = false
    case 27: master = second
    default:
      user = nil
      misses.user = 0
      isLocked = false
      isOverwritten = function == 25
    }
    return 0
  }
}
