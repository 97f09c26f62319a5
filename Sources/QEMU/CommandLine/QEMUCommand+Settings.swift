import Basics

extension QEMUCommand {
  /// Applies `-set device.nv1.label-size=256K`. Source: QEMU 7.2 `softmmu/vl.c`, `qemu_set_option`.
  mutating func setProperty(_ option: Option) throws(QEMUStop) {
    guard let setting = Setting(option.value) else {
      throw .complaint(.malformedSetting(option.value), at: option.location)
    }
    guard setting.group != "device" else {
      let index = devices.firstIndex { !$0.isJSON && $0.properties["id"]?.text == setting.id }
      guard let index else {
        throw .complaint(.notDefined(setting.id, group: setting.group), at: option.location)
      }
      devices[index].properties[setting.key] = .text(setting.value)
      return
    }
    if let first = Self.groupsWithoutSettings[setting.group] {
      guard release < first else { throw .complaint(.noSettings(group: setting.group), at: option.location) }
      guard setting.group == "object" && objectIDs.contains(setting.id) else {
        throw .complaint(.notDefined(setting.id, group: setting.group), at: option.location)
      }
      undescribed.append("-set \(option.value)")
      return
    }
    guard Self.otherGroups.union(["memory", "numa", "accel", "global"]).contains(setting.group) else {
      throw .complaint(.noGroup(setting.group), at: option.location)
    }
    // A disk may have an id that QEMU made up.
    guard setting.group == "drive" || namedOptions.contains("\(setting.group).\(setting.id)") else {
      throw .complaint(.notDefined(setting.id, group: setting.group), at: option.location)
    }
  }

  /// Notes the id of `option`, by which `-set` names the option.
  mutating func noteName(of option: Option) {
    guard option.value.contains("id="), let id = OptionList(parsing: option.value, impliedKey: nil).id else { return }
    namedOptions.insert("\(option.name).\(id)")
  }

  /// The groups that became objects, and are no longer lists of options, with the release of that change.
  private static let groupsWithoutSettings: [String: QEMURelease] = [
    "object": QEMURelease(6, 0), "machine": QEMURelease(6, 1), "smp-opts": QEMURelease(6, 2),
    "boot-opts": QEMURelease(7, 1),
  ]
}

/// The value of `-set`: `GROUP.ID.KEY=VALUE`.
private struct Setting {
  let group: String
  let id: String
  let key: String
  let value: String

  private static let longestPart = 63

  /// `nil` if QEMU cannot parse `text`.
  init?(_ text: String) {
    let path = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard path.count == 3 else { return nil }
    let assignment = path[2].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard assignment.count == 2 else { return nil }
    let parts = [path[0], path[1], assignment[0]]
    guard parts.allSatisfy({ (1...Self.longestPart).contains($0.utf8.count) }) else { return nil }
    (group, id, key, value) = (String(parts[0]), String(parts[1]), String(parts[2]), String(assignment[1]))
  }
}
