import CommandSupport
import VNVDIMMCore

extension Check {
  /// Prints what `ndctl list` will say in the guest, and on standard error what it will not say.
  ///
  /// Where QEMU does not start there is no guest, and nothing on standard output.
  func showGuest(of reports: [BackendReport]) throws {
    for report in reports { diagnose(report) }
    let regions = reports.compactMap(\.region)
    guard regions.count == reports.count else { return }
    try StandardStream.answer(JSONAnswer.text(of: GuestListing(regions)))
  }

  private func diagnose(_ report: BackendReport) {
    let path = report.request.path
    if let failure = report.failure {
      StandardStream.diagnose("\(Self.programName): \(path): \(failure.fact)")
    }
    guard !quiet else { return }
    for finding in report.findings { StandardStream.diagnose(finding, of: Self.programName, about: path) }
    if report.prediction.outcome != .starts {
      StandardStream.diagnose("\(Self.programName): \(path): \(report.outlook)")
    }
  }
}
