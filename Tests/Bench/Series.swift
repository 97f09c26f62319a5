/// Several measurements of the same quantity.
struct Series: Encodable {
  /// In ascending order.
  let values: [Double]

  init(_ values: [Double]) { self.values = values.sorted() }

  var median: Double {
    guard !values.isEmpty else { return .nan }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  /// Half the distance between the quartiles, as a share of the median: half of the measurements lie within it.
  var spread: Double {
    guard values.count > 3, median > 0 else { return 0 }
    return (values[values.count * 3 / 4] - values[values.count / 4]) / 2 / median
  }
}
