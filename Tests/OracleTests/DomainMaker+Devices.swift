import Libvirt

extension DomainMaker {
  /// Adds `<memory>` number `index` to the devices.
  mutating func device(_ index: Int) -> String {
    let model = isOdd() ? pick(["", "x", "virtio-mem"]) : self.model()
    var attributes = model.isEmpty ? "" : " model='\(model)'"
    if chance(0.5) {
      attributes +=
        " access='\(isOdd() ? pick(["x", ""]) : model == "virtio-pmem" && !isOdd() ? "shared" : pick(["shared", "shared", "private"]))'"
    }
    if chance(0.08) { attributes += " discard='\(isOdd() ? "x" : pick(["yes", "no", "no"]))'" }
    let size = size()
    var elements: [String] = []
    if isPOWER ? chance(0.3) : chance(0.03) || isOdd() {
      elements.append(
        "<uuid>\(isOdd() ? pick(["x", "", "9066901e-c90a-46ad-8b55-c18868cf9", "9066901ec90a46ad8b55c18868cf9ae6"]) : "9066901e-c90a-46ad-8b55-c18868cf9ae\(index)")</uuid>"
      )
    }
    if !isOdd() { elements.append(source(of: model, index)) }
    if !isOdd() { elements.append(target(of: model, size)) }
    if chance(0.15) { elements.append("<alias name='\(pick(["ua-x", "ua-y", "nvdimm7", "ua-x\(index)"]))'/>") }
    if chance(0.2) { elements.append(isOdd() ? pick(Self.oddAddresses) : address(of: model, index)) }
    if isOdd() { elements.shuffle(using: &generator) }
    return "<memory\(attributes)>\(elements.joined())</memory>"
  }

  private mutating func model() -> String {
    var models = ["nvdimm", "nvdimm", "nvdimm", "nvdimm", "nvdimm", "nvdimm", "dimm"]
    if release >= LibvirtRelease(7, 1) || isOdd(), !isPOWER || isOdd() { models.append("virtio-pmem") }
    if release >= LibvirtRelease(7, 9) || isOdd(), !isPOWER || isOdd(), chance(0.4) { models.append("virtio-mem") }
    return pick(models)
  }

  /// Returns the size of a device in KiB: a common size, or one close to it.
  private mutating func size() -> UInt64 {
    let size = pick(isPOWER && chance(0.7) ? Self.sizesOfPOWER : Self.sizes)
    guard chance(0.25) else { return size }
    return pick(Self.differences + [Int64.random(in: -1024...1_048_576, using: &generator)]).applied(to: size)
  }
  private static let sizes: [UInt64] = [2048, 4096, 65536, 262144, 524288, 524288, 524416, 1_048_576]
  private static let sizesOfPOWER: [UInt64] = [262272, 524416, 1_048_832]
  private static let differences: [Int64] = [1, -1, 4, 1024, -1024, -1_048_576]

  private mutating func source(of model: String, _ index: Int) -> String {
    var elements: [String] = []
    if model == "nvdimm" || model == "virtio-pmem" || isOdd() {
      elements.append(
        isOdd()
          ? pick(["", "<path/>", "<path>relative</path>", "<path>/tmp/a,b &amp; c</path>"])
          : "<path>/tmp/nv\(index).img</path>")
    }
    if model == "nvdimm" || isOdd() {
      if chance(0.25) {
        elements.append(
          sized("alignsize", isOdd() ? pick([0, 1, 5, 3072]) : pick([4, 64, 2048, 2048, 1_048_576]), ""))
      }
      if chance(0.2) { elements.append("<pmem/>") }
    }
    if model == "dimm" || model == "virtio-mem" || isOdd() {
      if chance(0.2) { elements.append(sized("pagesize", isOdd() ? pick([2048, 0, 1_048_576]) : 4, "")) }
      if chance(0.2) { elements.append("<nodemask>\(isOdd() ? pick(["x", "9", "0,^0", "0-1"]) : "0")</nodemask>") }
    }
    guard !elements.isEmpty || chance(0.5) else { return "" }
    if chance(0.1) { elements.shuffle(using: &generator) }
    return "<source>\(elements.joined())</source>"
  }

  private mutating func target(of model: String, _ size: UInt64) -> String {
    var elements = isOdd() ? [] : [sized("size", size, "")]
    let needsNode = cells > 0 && model != "virtio-pmem"
    if isOdd() ? chance(0.5) : needsNode {
      elements.append(
        "<node>\(isOdd() ? pick(["x", "", "7", "-1", "4294967296"]) : "\(pick(Array(0..<max(1, cells))))")</node>")
    }
    if model == "nvdimm" || isOdd() {
      if chance(isPOWER ? 0.9 : 0.5) || isOdd() {
        let label =
          isOdd()
          ? pick([0, 1, 127, 4097, size, size - min(size, 1), 1_048_576]) : pick([128, 128, 128, 256, 1024, 129])
        elements.append("<label>\(isOdd() ? "" : sized("size", label, ""))</label>")
      }
      if chance(0.2) { elements.append("<readonly/>") }
    }
    if model == "virtio-mem" || isOdd() {
      let block: UInt64 = isOdd() ? pick([0, 1, 1024, 3072, 2049]) : pick([2048, 2048, 4096])
      elements.append(sized("block", block, ""))
      elements.append(sized("requested", isOdd() ? pick([1, size + 2048, 2049]) : pick([0, 2048, size]), ""))
      if chance(0.05) || isOdd() { elements.append(sized("current", 2048, "")) }
    }
    if model.hasPrefix("virtio") ? chance(0.15) : isOdd() {
      elements.append(
        "<address base='\(isOdd() ? pick(["x", "0x100000800", "0x1000"]) : pick(["0x100000000", "0x180000000", "0x140000000"]))'/>"
      )
    }
    if isOdd() { elements.shuffle(using: &generator) }
    return "<target\(isOdd() ? " dynamicMemslots='\(pick(["yes", "no", "x"]))'" : "")>\(elements.joined())</target>"
  }

  private mutating func address(of model: String, _ index: Int) -> String {
    guard model == "nvdimm" || model == "dimm" else {
      return "<address type='pci' domain='0x0000' bus='0x00' slot='0x0\(5 + index)' function='0x0'/>"
    }
    let slot = pick([index, index, index, 0, 2, 3, 5, isOdd() ? 16 : 1])
    let bases = [
      "", "", " base='0x140000000'", " base='0x180000000'", " base='0x100000000'", " base='5368709120'", " base='0'",
    ]
    return "<address type='dimm' slot='\(slot)'\(pick(bases))/>"
  }

  private static let oddAddresses = [
    "<address/>", "<address type='dimm'/>", "<address type='dimm' slot='x'/>", "<address type='dimm' slot='255'/>",
    "<address type='dimm' slot='256'/>", "<address type='dimm' slot='0' base='x'/>", "<address type='usb'/>",
    "<address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>", "<address type='none'/>",
    "<address type='ccw'/>", "<address type='dimm' slot='0' base='0x100000001'/>", "<address type='drive'/>",
    "<address type='dimm' slot='-1'/>", "<address type='pci'/>", "<address type='x'/>",
  ]
}

extension Int64 {
  /// Returns the sum with `size`, and at least 1.
  fileprivate func applied(to size: UInt64) -> UInt64 { UInt64(Swift.max(1, Int64(size) + self)) }
}
