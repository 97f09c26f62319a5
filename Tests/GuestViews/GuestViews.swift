import ArgumentParser

/// Makes random backends, and compares the predictions of `vnvdimm-check --guest-view` with the listing of a guest.
@main
struct GuestViews: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guest-views", abstract: "Make backends at random; compare predictions with what guests list.",
    subcommands: [Make.self, Compare.self, Kept.self])
}
