package import ArgumentParser
import QEMU

extension CompletionKind {
  /// Sizes that backends often have.
  package static var sizes: CompletionKind {
    .list(["64M", "128M", "256M", "512M", "1G", "2G", "4G", "8G", "16G", "32G", "64G", "128G", "256G", "512G", "1T"])
  }

  /// The values of `--label-size`, and sizes that label areas often have.
  package static var labelSizes: CompletionKind { .list(["auto", "none", "128K", "2M"]) }

  /// Sizes of label areas.
  package static var labelAreaSizes: CompletionKind { .list(["128K", "2M"]) }

  /// What memory is mapped in.
  package static var alignments: CompletionKind { .list(["4K", "2M", "16M", "128M", "1G"]) }

  /// The releases of Linux that were measured.
  package static var linuxReleases: CompletionKind { .list(["5.10", "6.1", "6.12", "7"]) }

  /// The releases of QEMU that are described.
  package static var releases: CompletionKind { .list(QEMURelease.described.map(\.description)) }
}
