import CommandSupport
import QEMU

extension MemoryDeviceInformation {
  /// As `query-memory-devices` prints it: what a device of the kind does not have is left out.
  var json: JSONTree {
    let facts: [(String, JSONTree?)] = [
      ("id", data.id.map { .text($0) }), ("memdev", .text(data.memdev)), ("size", .unsigned(data.size)),
      ("addr", data.addr.map { .unsigned($0) }), ("slot", data.slot.map { .signed($0) }),
      ("node", data.node.map { .unsigned(UInt64($0)) }), ("hotplugged", data.hotplugged.map { .boolean($0) }),
      ("hotpluggable", data.hotpluggable.map { .boolean($0) }), ("memaddr", data.memaddr.map { .unsigned($0) }),
    ]
    return .object([
      ("type", .text(type)), ("data", .object(facts.compactMap { name, value in value.map { (name, $0) } })),
    ])
  }
}
