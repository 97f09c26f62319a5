import ArgumentParser

/// Backends at random, and the comparison of what `vnvdimm-check --guest-view` says of them with what a guest lists.
@main
struct GuestViews: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guest-views", abstract: "Make backends at random; compare predictions with what guests list.",
    subcommands: [Make.self, Compare.self, Kept.self])
}
