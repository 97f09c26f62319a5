/// The keys of a GLib hash table in which QEMU keeps the parameters that it has not read yet. If several remain unread,
/// QEMU complains about the one that comes first in the table.
///
/// Source: GLib 2.58 and later, `glib/ghash.c`.
struct GLibStringSet {
  private enum Slot {
    case unused
    case removed
    case key(String, hash: UInt32)

    var hash: UInt32? { if case .key(_, let hash) = self { hash } else { nil } }
  }

  private var slots = [Slot](repeating: .unused, count: 1 << smallestShift)
  private var modulus: UInt32 = primes[smallestShift]
  private var count = 0
  /// The number of slots that hold, or have held, a key.
  private var occupied = 0

  private static let smallestShift = 3
  /// The greatest prime below each power of two, up to the table sizes that options need.
  private static let primes: [UInt32] = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749]

  init(_ keys: [String]) {
    for key in keys { insert(key) }
  }

  /// The first key in the order of the table.
  var first: String? {
    for case .key(let key, _) in slots { return key }
    return nil
  }

  mutating func insert(_ key: String) {
    let hash = Self.hash(key)
    let index = self.index(of: key, hash)
    guard slots[index].hash == nil else { return }
    if case .unused = slots[index] { occupied += 1 }
    slots[index] = .key(key, hash: hash)
    count += 1
    resizeIfNeeded()
  }

  mutating func remove(_ key: String) {
    let index = self.index(of: key, Self.hash(key))
    guard slots[index].hash != nil else { return }
    slots[index] = .removed
    count -= 1
    resizeIfNeeded()
  }

  /// Returns the index of `key`, or the index at which to insert it.
  private func index(of key: String, _ hash: UInt32) -> Int {
    var index = home(of: hash)
    var step = 0
    var free: Int?
    while true {
      switch slots[index] {
      case .unused: return free ?? index
      case .removed: free = free ?? index
      case .key(let other, let otherHash): if otherHash == hash, other == key { return index }
      }
      step += 1
      index = (index + step) & (slots.count - 1)
    }
  }

  private func home(of hash: UInt32) -> Int { Int((hash &* 11) % modulus) }

  private mutating func resizeIfNeeded() {
    let size = slots.count
    guard size > count * 4 && size > 1 << Self.smallestShift || size <= occupied + occupied / 16 else { return }
    let wanted = Int(Double(count) * 1.333)
    let shift = max(Int.bitWidth - wanted.leadingZeroBitCount, Self.smallestShift)
    guard shift < Self.primes.count else { return }
    resize(to: 1 << shift, modulus: Self.primes[shift])
  }

  /// Moves every key to its place in a table of the new size. A key that is displaced by another moves on to its own
  /// place.
  private mutating func resize(to size: Int, modulus: UInt32) {
    let old = slots.count
    self.modulus = modulus
    slots += [Slot](repeating: .unused, count: max(0, size - old))
    var isSettled = [Bool](repeating: false, count: slots.count)
    for start in 0..<old where !isSettled[start] {
      var moved = slots[start]
      slots[start] = .unused
      while let hash = moved.hash {
        var index = home(of: hash)
        var step = 0
        while isSettled[index] {
          step += 1
          index = (index + step) & (size - 1)
        }
        isSettled[index] = true
        swap(&slots[index], &moved)
      }
    }
    slots.removeLast(max(0, old - size))
    occupied = count
  }

  /// Computes `g_str_hash`; two of its values are reserved for other purposes.
  private static func hash(_ key: String) -> UInt32 {
    let hash = key.utf8.reduce(5381 as UInt32) { $0 &* 33 &+ UInt32(bitPattern: Int32(Int8(bitPattern: $1))) }
    return max(hash, 2)
  }
}
