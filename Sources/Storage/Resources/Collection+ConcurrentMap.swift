import FoundationEssentials
import Synchronization

extension Collection where Element: Sendable {
  /// The results of `transform` for each element, in the order of the elements.
  ///
  /// All processors work at once, and the one that is free takes the next element: no slow element holds up the
  /// others. `transform` may block.
  package func concurrentMap<Result: Sendable>(_ transform: @escaping @Sendable (Element) -> Result) -> [Result] {
    let work = ConcurrentWork(Array(self), transform)
    let others = Swift.min(ProcessInfo.processInfo.activeProcessorCount, count) - 1
    // Where a thread cannot be had, the ones there are do its work.
    let threads = (0..<Swift.max(others, 0)).compactMap { number in
      try? JoinableThread(name: "work\(number)") { work.run() }
    }
    work.run()
    for thread in threads { thread.join() }
    return work.results.withLock { $0.compactMap(\.self) }
  }
}

/// What the threads of one `concurrentMap` share.
private final class ConcurrentWork<Element: Sendable, Result: Sendable>: Sendable {
  let results: Mutex<[Result?]>
  private let elements: [Element]
  private let transform: @Sendable (Element) -> Result
  private let next = Atomic(0)

  init(_ elements: [Element], _ transform: @escaping @Sendable (Element) -> Result) {
    self.elements = elements
    self.transform = transform
    results = Mutex([Result?](repeating: nil, count: elements.count))
  }

  /// Does what nobody else has taken up.
  func run() {
    var own: [(index: Int, result: Result)] = []
    while case let index = next.add(1, ordering: .relaxed).oldValue, index < elements.count {
      own.append((index, transform(elements[index])))
    }
    let done = own
    results.withLock { results in
      for (index, result) in done { results[index] = result }
    }
  }
}
