import FoundationEssentials
import Synchronization

extension Collection where Element: Sendable {
  /// Returns the results of `transform` for each element, in the order of the elements.
  ///
  /// All processors work at once, and each takes the next element when it is free, so a slow element does not hold up
  /// the others. `transform` may block.
  package func concurrentMap<Result: Sendable>(_ transform: @escaping @Sendable (Element) -> Result) -> [Result] {
    let work = ConcurrentWork(Array(self), transform)
    let others = Swift.min(ProcessInfo.processInfo.activeProcessorCount, count) - 1
    // If a thread cannot be started, the others do its work.
    let threads = (0..<Swift.max(others, 0)).compactMap { number in
      try? JoinableThread(name: "work\(number)") { work.run() }
    }
    work.run()
    for thread in threads { thread.join() }
    return work.results.withLock { $0.compactMap(\.self) }
  }
}

/// The state that the threads of one `concurrentMap` share.
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

  /// Processes elements until none is left.
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
