extension LabelArea {
  /// The slot of the virtual DIMM that the labels belong to, by the first cookie of one; nil where there is none.
  package var virtualSlot: Int? {
    validLabels.lazy.compactMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }.first
  }
}
