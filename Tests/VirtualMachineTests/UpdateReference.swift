import Basics

/// A reference for the answers of an NVDIMM's firmware functions, after the text of the NVDIMM DSM Interface 2.0, 3.11
/// to 3.15. It keeps the whole image.
struct UpdateReference {
  private enum State { case idle, sending, rejected, staged }

  private var state = State.idle
  private var context: UInt32 = 0
  private var image: [UInt8] = []
  private var running: UInt64 = 1
  private(set) var next: UInt64 = 0

  mutating func coldStart() {
    if state == .staged { running = next }
    self = UpdateReference(running: running)
  }

  init() {}
  private init(running: UInt64) { self.running = running }

  mutating func answer(_ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    let needed = [14: 12, 15: 8, 16: 4][function] ?? 0
    guard argument.count >= needed else { return word(3) }
    func number(_ offset: Int) -> UInt32 { argument.load(UInt32.self, at: offset) }
    switch function {
    case 12:
      return word(0) + word(1 << 20) + word(1 << 16) + word(0) + word(0) + word(0) + word(0x105) + long(running)
        + long(next)
    case 13:
      guard state == .idle || state == .rejected else { return word(0x1_0007) }
      context += 1
      image = []
      state = .sending
      return word(0) + word(context)
    case 14:
      let (offset, length) = (Int(number(4)), Int(number(8)))
      guard length <= 1 << 16, argument.count - 12 >= length else { return word(3) }
      guard state == .sending, number(0) == context else { return word(0x1_0007) }
      guard offset <= image.count, offset + length <= 1 << 20 else { return word(3) }
      let data = argument[12..<12 + length]
      image.replaceSubrange(offset..<min(offset + length, image.count), with: data)
    case 15:
      guard argument[0] < 2 else { return word(3) }
      if state == .staged { return word(0x2_0007) }
      if argument[0] == 1 {
        state = .idle
        return word(0x4_0007)
      }
      guard state == .sending, number(4) == context else { return word(0x1_0007) }
      guard image.count >= 8, image[..<8] != [255, 255, 255, 255, 255, 255, 255, 255] else {
        state = .rejected
        return word(0x3_0007)
      }
      next = image.load(UInt64.self, at: 0)
      if next == 0 { next = running + 1 }
      state = .staged
    default:
      guard state != .idle, number(0) == context else { return word(0x1_0007) }
      return state == .staged ? word(0) + long(next) : word(state == .rejected ? 0x3_0007 : 0x4_0007)
    }
    return word(0)
  }

  private func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  private func long(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
