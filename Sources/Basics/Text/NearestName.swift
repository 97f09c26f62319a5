extension [String] {
  /// Returns the name most similar to `name`; `nil` if none is similar enough to be a typing error.
  package func nearest(to name: String) -> String? {
    let name = String(name.prefix(64))
    let closest = map { (name: $0, distance: $0.distance(to: name)) }.min { $0.distance < $1.distance }
    guard let closest, closest.distance <= Swift.max(1, name.count / 3) else { return nil }
    return closest.name
  }
}

extension String {
  /// Returns the number of letters to insert, delete, replace or transpose (Damerau, restricted).
  fileprivate func distance(to other: String) -> Int {
    let (left, right) = (Array(self), Array(other))
    guard !left.isEmpty, !right.isEmpty else { return left.count + right.count }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 1...left.count {
      var row = [i]
      for j in 1...right.count {
        let change = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        var best = Swift.min(change, last[j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          best = Swift.min(best, beforeLast[j - 2] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
