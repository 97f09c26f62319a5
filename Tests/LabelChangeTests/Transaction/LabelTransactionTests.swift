import LabelChange
import PersistentMemory
import Testing

@Suite("Label transactions")
struct LabelTransactionTests {
  static let end: UInt64 = 16 << 10

  /// Returns a change from an area at the end of the backend to another one there.
  static func change(_ before: SparseBytes, _ after: SparseBytes) -> LabelAreaChange {
    LabelAreaChange(
      before: LabelAreaPlacement(offset: end - UInt64(before.count), bytes: before),
      after: LabelAreaPlacement(offset: end - UInt64(after.count), bytes: after), lengthBefore: end, lengthAfter: end)
  }

  @Test("no change has no steps") func nothing() throws {
    let area = LabelChangeCase.area(.v1_2, size: 4096, 2)
    let transaction = try LabelTransaction(Self.change(area, area), canGrow: true)
    #expect(transaction.method == .none)
    #expect(transaction.steps.isEmpty)
  }

  @Test("in place, both index blocks list the new labels, and no slot in use is written") func index() throws {
    let before = LabelChangeCase.area(.v1_2, size: 4096, 3)
    let transaction = try LabelTransaction(
      Self.change(before, LabelChangeCase.area(.v1_2, size: 4096, 3, slot: 1)), canGrow: false)
    let start = Self.end - 4096
    // Labels in slots 3 to 5, then the index blocks.
    #expect(transaction.writtenRanges == [start..<start + 512, start + 512 + 768..<start + 512 + 1536])
    var disk = SimulatedDisk([UInt8](repeating: 0, count: Int(start)) + before.array)
    disk = disk.applying(transaction.steps)
    for damaged in [0, 256] {
      var area = [UInt8](disk.bytes[Int(start)...])
      area[damaged] ^= 1
      #expect(try LabelArea(area).validLabels.map(\.cookie) == [UInt64](repeating: 0xba901c0012b4dd, count: 3))
    }
  }

  @Test("an area never comes to lie where a namespace has its data") func namespaceInTheWay() throws {
    // The region of 12 KiB is full, with 24 namespaces of 512 bytes; the larger area would take 4 KiB of it.
    let labels = LabelChangeCase.labels(.v1_1, 24)
    let before = try LabelArea.encoded(.v1_1, size: 4096, labels: labels)
    let after = try LabelArea.encoded(.v1_1, size: 8192, labels: labels)
    #expect {
      try LabelTransaction(Self.change(before, after), canGrow: true)
    } throws: { error in
      guard case LabelTransactionError.namespaceInTheWay(let uuid, let data, _) = error else { return false }
      return uuid == labels[16].uuid && data == 8192..<8704
    }
  }

  @Test("a change of many blocks is found again, however many they are") func manyBlocks() throws {
    let area = LabelChangeCase.area(.v1_2, size: 4096, 1)
    let region = [UInt8](repeating: 1, count: 200 << 12)
    let start = UInt64(region.count)
    let rewrites = stride(from: 0, to: start, by: 4096).map {
      LabelAreaChange.Rewrite(
        offset: $0, before: [UInt8](repeating: 1, count: 4096), after: [UInt8](repeating: 2, count: 4096))
    }
    let length = start + 4096
    let placement = LabelAreaPlacement(offset: start, bytes: area)
    let change = LabelAreaChange(
      before: placement, after: placement, lengthBefore: length, lengthAfter: length, rewrites: rewrites)
    let steps = try LabelTransaction(change, canGrow: true).steps
    // The record is complete, and half of the blocks are not written yet.
    let disk = SimulatedDisk(region + area.array).applying(steps.prefix(106))
    let found = try #require(
      UnfinishedChange.find(length: UInt64(disk.bytes.count), canGrow: true) { offset, count in
        [UInt8](disk.bytes[Int(offset)..<Int(offset) + count])
      })
    #expect(found.direction == .forward)
    #expect(disk.applying(found.steps).bytes == [UInt8](repeating: 2, count: region.count) + area.array)
  }

  @Test("what no record holds is said with both numbers") func tooMuch() {
    #expect(
      "\(LabelTransactionError.tooMuch(1 << 40))"
        == "the change is too large for a recovery record (stored 1 TiB, expected at most 384 MiB)")
  }

  @Test("a device whose area is full to its end has no room for a record") func noRoom() throws {
    let labels = LabelChangeCase.labels(.v1_2, 13)
    let before = try LabelArea.encoded(.v1_2, size: 4096, labels: labels)
    let after = try LabelArea.encoded(.v1_1, size: 4096, labels: LabelChangeCase.labels(.v1_1, 13))
    let change = Self.change(before, after)
    #expect(throws: LabelTransactionError.noRoomForRecord(2448)) { try LabelTransaction(change, canGrow: false) }
    #expect(throws: Never.self) { try LabelTransaction(change, canGrow: true) }
  }

  @Test("an area beyond the end is refused; a file may have any length") func lengths() throws {
    let area = LabelChangeCase.area(.v1_2, size: 4096, 1)
    let other = LabelChangeCase.area(.v1_1, size: 4096, 1)
    let odd = LabelAreaChange(
      before: LabelAreaPlacement(offset: 4096, bytes: area), after: LabelAreaPlacement(offset: 4096, bytes: other),
      lengthBefore: 8193, lengthAfter: 8193)
    let transaction = try LabelTransaction(odd, canGrow: true)
    let disk = SimulatedDisk([UInt8](repeating: 0, count: 4096) + area + [7])
    for count in transaction.steps.indices {
      let state = disk.applying(transaction.steps.prefix(count))
      let recovered = state.applying(state.unfinished?.steps ?? [])
      #expect(recovered.bytes.suffix(1) == [7])
      #expect([disk, disk.applying(transaction.steps)].contains(recovered))
    }
    let beyond = LabelAreaChange(
      before: nil, after: LabelAreaPlacement(offset: 4096, bytes: area), lengthBefore: 8192, lengthAfter: 8191)
    #expect(throws: LabelTransactionError.areaBeyondEnd(4096..<8192, length: 8191)) {
      try LabelTransaction(beyond, canGrow: true)
    }
  }

  @Test("a file grows by the record and no more: from 1 TiB to 10 TiB below the 16 TiB of ext4")
  func largestLength() throws {
    let area = LabelChangeCase.area(.v1_2, size: 4096, 1)
    let change = LabelAreaChange(
      before: LabelAreaPlacement(offset: (1 << 40) - 4096, bytes: area),
      after: LabelAreaPlacement(offset: (10 << 40) - 4096, bytes: area), lengthBefore: 1 << 40, lengthAfter: 10 << 40)
    #expect(try LabelTransaction(change, canGrow: true).largestLength == 10 << 40 + 4096 + 512)
  }
}
