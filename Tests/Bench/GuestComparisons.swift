/// The lines of the table that the lab's readings make.
struct GuestComparisons {
  private let readings: GuestBench.Readings

  init(_ readings: GuestBench.Readings) { self.readings = readings }

  var all: [Comparison] { (start + transfers + labels + dimms).compactMap(\.self) }

  private var start: [Comparison?] {
    let first = "first-instruction"
    return [
      time("first guest instruction", "boot-ours", first, budget: 0.1),
      time("/dev/pmem0, emulate's command line, initramfs", "boot-ours", "pmem0", budget: 0.65),
      time("/dev/pmem0, stock command line, gzip initramfs", "boot-stock", "pmem0", budget: 0.65),
      compare(
        "/dev/pmem0, emulate by itself, QEMU stock", .nanoseconds, "boot-own vnvdimm pmem0", "boot-stock qemu pmem0",
        budget: 1.0 / 3, \.nanoseconds),
      memory,
    ]
  }

  /// Five MiB are the budget, whatever QEMU takes: as a share of what it took.
  private var memory: Comparison? {
    let peer = Series((readings["boot-ours qemu pmem0"] ?? []).map(\.memory))
    return compare(
      "memory beside the guest's (5 MiB)", .bytes, "boot-ours vnvdimm pmem0", "boot-ours qemu pmem0",
      budget: 5 * 1_048_576 / peer.median, \.memory)
  }

  private var transfers: [Comparison?] {
    let marks = ["sequential-read", "sequential-write", "random-read", "random-write", "transferred"]
    let names = ["32 MiB read", "32 MiB written", "2048 random pages read", "2048 random pages written"]
    return names.indices.flatMap { index in
      [
        time("/dev/pmem0: \(names[index])", "device", marks[index + 1], since: marks[index], budget: nil),
        exits("/dev/pmem0: exits, \(names[index])", marks[index + 1], since: marks[index], budget: 1),
      ]
    }
  }

  private var labels: [Comparison?] {
    [("read", "read", "write"), ("write", "write", "written")].flatMap { name, from, to in
      [
        time("label area of 128 KiB, four times: \(name)", "device", to, since: from, budget: 0.25),
        exits("label area of 128 KiB, four times: exits, \(name)", to, since: from, budget: 0.25),
      ]
    }
  }

  private var dimms: [Comparison?] {
    [16, 64, 256].map { time("\($0) NVDIMMs, to the last /dev/pmem", "dimms-\($0)", "pmem", budget: 0.65) }
  }

  private func time(
    _ work: String, _ key: String, _ mark: String, since begin: String? = nil, budget: Double?
  ) -> Comparison? {
    difference(work, .nanoseconds, key, mark, begin, budget: budget, \.nanoseconds)
  }

  private func exits(_ work: String, _ mark: String, since begin: String, budget: Double?) -> Comparison? {
    difference(work, .exits, "device", mark, begin, budget: budget, \.exitsForDevices)
  }

  private func difference(
    _ work: String, _ unit: Comparison.Unit, _ key: String, _ mark: String, _ begin: String?, budget: Double?,
    _ value: (GuestBench.Reading) -> Double
  ) -> Comparison? {
    func series(_ variant: String) -> Series {
      let ends = (readings["\(key) \(variant) \(mark)"] ?? []).map(value)
      guard let begin else { return Series(ends) }
      return Series(zip(ends, (readings["\(key) \(variant) \(begin)"] ?? []).map(value)).map { $0 - $1 })
    }
    return compare(work, unit, series("vnvdimm"), series("qemu"), budget: budget)
  }

  private func compare(
    _ work: String, _ unit: Comparison.Unit, _ ours: String, _ peer: String, budget: Double?,
    _ value: (GuestBench.Reading) -> Double
  ) -> Comparison? {
    compare(
      work, unit, Series((readings[ours] ?? []).map(value)), Series((readings[peer] ?? []).map(value)), budget: budget)
  }

  /// Nil where it was not measured in this run.
  private func compare(
    _ work: String, _ unit: Comparison.Unit, _ ours: Series, _ peer: Series, budget: Double?
  ) -> Comparison? {
    guard !ours.values.isEmpty, !peer.values.isEmpty else { return nil }
    return Comparison(
      chapter: .guest, work: work, unit: unit, ours: ("vnvdimm emulate", ours), peer: ("QEMU", peer), budget: budget)
  }
}
