# The front door. `make` lists what there is.

PREFIX ?= /usr/local
PROGRAMS := $(notdir $(wildcard Sources/vnvdimm*))
BIN = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share
MAN = $(SHARE)/man
BASH_COMPLETIONS = $(SHARE)/bash-completion/completions
ZSH_COMPLETIONS = $(SHARE)/zsh/site-functions
FISH_COMPLETIONS = $(SHARE)/fish/vendor_completions.d
ANSIBLE = $(SHARE)/ansible/collections/ansible_collections/vnvdimm/backend
SCHEMA = $(SHARE)/vnvdimm
SYSTEMD = $(DESTDIR)$(PREFIX)/lib/systemd/system
SCRIPTS := .ci/run completions/bash/vnvdimm \
  $(wildcard Tests/Lab/*/*.sh Tests/Prose/*.sh Tests/Shells/*.sh Tests/Corpus/*/*.sh Sources/Packaging/*/*.sh)

# One release build serves the programs, the tests and the lab. No library is looked for beside a program (RUNPATH), and
# types are made by calls: the runtime would look each up by its mangled name, and its conformances among all there are
# (7.5 million instructions for `vnvdimm-check PATH`, against 4.3).
BUILD := swift build -c release --disable-local-rpath \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
BUILT := .build/release
TEST := swift test -c release --skip-build
# Another package, which depends on the library: built beside the tests, so that none of them waits for it.
EXAMPLE := swift build --package-path Tests/Example --scratch-path .build/example

# What the build (libdaxctl, libndctl), the tests and the demo use from the Debian archive: QEMU, ndctl, iasl, mandoc, and what a guest is made of.
PACKAGES := acpica-tools btrfs-progs busybox-static daxctl dmsetup e2fsprogs fdisk fish gdisk kmod libblkid-dev \
  libdaxctl-dev libndctl-dev libxml2 linux-image-cloud-amd64 mandoc ndctl qemu-system-x86 qemu-utils shellcheck \
  xfsprogs zsh
# What only the tests use: tools for access control lists and attributes, ansible-core, promtool of prometheus, spelling
# checkers, readers of JSON schemas and of the documentation of Ansible's modules, strace, makers of file systems,
# compressors, and a kernel with machine checks.
TEST_PACKAGES := acl ansible-core aspell aspell-en attr codespell cryptsetup-bin dosfstools exfatprogs f2fs-tools jfsutils \
  linux-image-amd64 ntfs-3g ocfs2-tools prometheus python3-jsonschema python3-voluptuous reiserfsprogs strace xz-utils \
  zstd
MISSING = $(shell for package in $(PACKAGES); do \
  dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || echo $$package; done)

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1:/p' $(MAKEFILE_LIST) | awk -F: '{ printf "make %-17s%s\n", $$1, $$2 }'

deps:  ## install from the Debian archive what is missing, and only then
	@set -e; missing="$(strip $(MISSING))"; [ -n "$$missing" ] || exit 0; \
	  install="apt-get install --yes --no-install-recommends $$missing"; \
	  if [ "$$(id -u)" = 0 ]; then as=env; elif sudo -n true 2>/dev/null; then as="sudo env"; else \
	    echo "missing: $$missing" >&2; echo "hint: sudo apt-get update && sudo $$install" >&2; exit 1; fi; \
	  $$as apt-get update --quiet; $$as DEBIAN_FRONTEND=noninteractive $$install

build:  ## the programs, in .build/release
	$(BUILD)

demo: deps build  ## the main job from end to end, on this machine as it is
	@Tests/Lab/demo/demo.sh

check: PACKAGES += $(TEST_PACKAGES)
check: deps lint prose  ## everything that must hold: lint, build, every test
	$(BUILD) --build-tests
	@$(MAKE) --no-print-directory docs
	$(EXAMPLE)
	@bash -o pipefail -c '$(TEST) 2>&1 | tee .build/tests.log' || { echo 'What failed:'; \
	  grep -a 'recorded an issue' .build/tests.log | sort -u | cut -c 1-300; exit 1; }

# A new seed for what is random, unless VNVDIMM_FUZZ_SEED is one.
ANY_SEED = VNVDIMM_FUZZ_SEED=$(or $(VNVDIMM_FUZZ_SEED),random)
check-long: check  ## the same, then a million label areas, a thousand kills, every crash state, twenty power cuts, long scenarios
	$(ANY_SEED) VNVDIMM_FUZZ_COUNT=1000000 $(TEST) --filter '[Ff]uzz|HostileGuestTests/random'
	VNVDIMM_KILL_COUNT=1000 $(TEST) --filter Kill
	VNVDIMM_CRASH_STATES=all $(TEST) --filter Crash
	VNVDIMM_POWER_CUT_COUNT=20 $(TEST) --filter PowerCut
	$(ANY_SEED) $(BUILT)/lab --time-limit 1800 $(wildcard Tests/GuestTests/LongScenarios/*.sh)

# The modules that touch what a guest or a backend says, with a build for each sanitizer. What the Swift runtime keeps for
# ever is no leak of ours.
SANITIZED := VirtualMachineTests|MonitorTests|StorageTests|FirmwareTests|LabelChangeTests|PersistentMemoryTests|BasicsTests|QEMUTests
sanitize: deps  ## the device, monitors, labels and backends under the address and the thread sanitizer; half an hour
	set -e; for sanitizer in address thread; do \
	  ASAN_OPTIONS=detect_leaks=0 VNVDIMM_FUZZ_COUNT=30000 \
	  TSAN_OPTIONS=report_thread_leaks=0:suppressions=Tests/thread-sanitizer.list swift test --sanitize=$$sanitizer \
	    --scratch-path .build/$$sanitizer -Xswiftc -O --filter '($(SANITIZED))\.'; \
	done

N ?= 5000
QEMU ?= $(shell command -v qemu-system-x86_64)
oracle: deps  ## N=5000 random command lines: each is predicted and given to QEMU='PATH...', programs of any releases
	$(BUILD) --build-tests
	set -e; for qemu in $(QEMU); do echo "== $$qemu"; \
	  $(ANY_SEED) VNVDIMM_ORACLE_COUNT=$(N) VNVDIMM_ORACLE_QEMU=$$qemu $(TEST) --filter OracleTests; \
	done

LIBVIRT ?= /
oracle-libvirt: deps  ## N=5000 domains likewise; LIBVIRT=/folder/of/a/system with libvirt and QEMU; needs root
	$(BUILD) --build-tests
	$(ANY_SEED) VNVDIMM_ORACLE_COUNT=$(N) VNVDIMM_ORACLE_LIBVIRT=$(LIBVIRT) $(TEST) --filter LibvirtOracleTests

DOCS := .build/docs
docs:  ## what the library PersistentMemory offers, as DocC: .build/docs; a link to nowhere is an error
	$(BUILD) --target PersistentMemory
	rm -rf $(DOCS) && mkdir -p $(DOCS)/symbols
	swift symbolgraph-extract -module-name PersistentMemory -I $(BUILT)/Modules -target $(shell uname -m)-unknown-linux-gnu \
	  -minimum-access-level public -experimental-allowed-reexported-modules=Basics -output-dir $(DOCS)/symbols
	docc convert Sources/PersistentMemory/PersistentMemory.docc --additional-symbol-graph-dir $(DOCS)/symbols \
	  --output-dir $(DOCS)/PersistentMemory.doccarchive --warnings-as-errors

lint:  ## format and style, warnings are errors
	swift-format lint --strict --recursive --parallel Package.swift Sources Tests
	shellcheck $(SCRIPTS)
	shellcheck --shell=sh --exclude=SC2016,SC2034,SC2154 $(wildcard Tests/GuestTests/*Scenarios/*.sh Tests/GuestTests/PowerCuts/*.sh)
	shellcheck --shell=sh --exclude=SC2034,SC2086,SC2154 $(wildcard Tests/Bench/guests/*.sh)

prose: PACKAGES := aspell aspell-en codespell mandoc
prose: deps  ## spelling, pages within 80 columns, files that the papers name
	Tests/Prose/prose.sh

fmt:  ## format every Swift file in place
	swift-format format --in-place --recursive --parallel Package.swift Sources Tests

# The argument parser offers a verb `help` that programs without verbs do not have, and with it zsh completes nothing.
WITH_VERBS := vnvdimm-check vnvdimm-migrate-labels vnvdimm-resize-guard
NO_HELP = $(if $(filter $(WITH_VERBS),$1),,-e "/:->command'/d" -e "/:->arg'/d" -e "/-W 'help'/d" -e "/-fa 'help'/d")
COMPLETION = $(BUILT)/$1 --generate-completion-script $2 | sed -E $(NO_HELP) -f completions/changes.sed

libvirt-vectors:  ## record again what a real libvirt makes of the domains in Tests/Corpus/libvirt
	@$(MAKE) --no-print-directory deps PACKAGES="libvirt-clients libvirt-daemon libvirt-daemon-driver-qemu \
	  qemu-system-arm qemu-system-ppc qemu-system-x86"
	Tests/Corpus/libvirt/record.sh

completions: build  ## the completions of the programs, as the programs give them
	$(foreach program,$(filter vnvdimm-%,$(PROGRAMS)), \
	  $(call COMPLETION,$(program),bash) >completions/bash/$(program) && \
	  $(call COMPLETION,$(program),zsh) >completions/zsh/_$(program) && \
	  $(call COMPLETION,$(program),fish) >completions/fish/$(program).fish &&) true

# The rules of a page stand between two comments.
diagnostics: build  ## the rules in the manual, as they are explained in the sources
	for page in $(shell grep -l '^.\\" rules: begin$$' man/*.1); do \
	  $(BUILT)/vnvdimm explain --mdoc $$(basename $$page .1) >.build/rules && \
	  sed -i -e '/^\.\\" rules: begin$$/r .build/rules' -e '/^\.\\" rules: begin$$/,/^\.\\" rules: end$$/ { /^\.\\" rules:/!d; }' $$page; \
	done

install:  ## DESTDIR= PREFIX=/usr/local; builds first where that is still to be done
	@[ -x $(BUILT)/vnvdimm ] || $(MAKE) build
	install -d $(BIN) $(MAN)/man1 $(MAN)/man5 $(MAN)/man7 $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS) \
	  $(SCHEMA) $(SYSTEMD)
	install -s -m 755 $(BUILT)/vnvdimm $(BIN)
	for program in $(filter-out vnvdimm,$(PROGRAMS)); do ln -sf vnvdimm $(BIN)/$$program; done
	install -m 644 man/*.1 $(MAN)/man1
	install -m 644 man/*.5 $(MAN)/man5
	install -m 644 man/*.7 $(MAN)/man7
	install -m 644 completions/bash/* $(BASH_COMPLETIONS)
	install -m 644 completions/zsh/* $(ZSH_COMPLETIONS)
	install -m 644 completions/fish/* $(FISH_COMPLETIONS)
	cd Sources/Packaging/ansible_collections/vnvdimm/backend && for file in README.md galaxy.yml meta/*.yml plugins/*/*.py; do \
	  install -D -m 644 $$file $(abspath $(ANSIBLE))/$$file; done
	install -m 644 Sources/Packaging/schema/answers.schema.json $(SCHEMA)
	install -m 644 Sources/Packaging/systemd/* $(SYSTEMD)
	sed -i 's|/usr/bin/|$(PREFIX)/bin/|' $(SYSTEMD)/vnvdimm-check.service

uninstall:  ## what install put there
	rm -f $(PROGRAMS:%=$(BIN)/%) $(patsubst man/%,$(MAN)/man1/%,$(wildcard man/*.1))
	rm -f $(patsubst man/%,$(MAN)/man5/%,$(wildcard man/*.5)) $(patsubst man/%,$(MAN)/man7/%,$(wildcard man/*.7))
	rm -f $(patsubst completions/bash/%,$(BASH_COMPLETIONS)/%,$(wildcard completions/bash/*))
	rm -f $(patsubst completions/zsh/%,$(ZSH_COMPLETIONS)/%,$(wildcard completions/zsh/*))
	rm -f $(patsubst completions/fish/%,$(FISH_COMPLETIONS)/%,$(wildcard completions/fish/*))
	rm -rf $(ANSIBLE)
	rm -f $(SCHEMA)/answers.schema.json $(SYSTEMD)/vnvdimm-check.service $(SYSTEMD)/vnvdimm-check.timer

VERSION = $(shell sed -n 's/.*version = "\(.*\)"/\1/p' Sources/CommandSupport/Suite.swift)

# The times in packages are those of the last commit: one build gives the same packages each time.
deb rpm: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)
SYSROOT := $(CURDIR)/.build/sysroot
portable:
	Sources/Packaging/linking/sysroot.sh $(SYSROOT)
	VNVDIMM_SYSROOT=$(SYSROOT) $(BUILD) --product vnvdimm

deb: portable  ## a Debian package, in .build/deb, for glibc 2.31 and newer
	Sources/Packaging/deb/deb.sh $(VERSION)

rpm: portable  ## an RPM package of the same program, in .build/rpm
	@$(MAKE) --no-print-directory deps PACKAGES=rpm
	rpmbuild -bb --quiet --define "_topdir $(CURDIR)/.build/rpm" --define "_sourcedir $(CURDIR)" \
	  --define "suite_version $(VERSION)" Sources/Packaging/rpm/vnvdimm.spec
	@ls .build/rpm/RPMS/*/*.rpm

SUITES ?= bullseye bookworm trixie sid
try-deb: deb  ## install it on clean Debians in folders, SUITES of them, use it there, remove it; needs root
	@$(MAKE) --no-print-directory deps PACKAGES="debootstrap lintian zsh"
	lintian --allow-root --fail-on error --suppress-tags bad-distribution-in-changes-file .build/deb/*.deb
	for suite in $(SUITES); do Sources/Packaging/deb/try-deb.sh $$suite || exit; done

BENCH ?=
bench:  ## every budget beside its peer: .build/bench/bench.{txt,json,svg}; a quarter of an hour. BENCH='--only host': minutes
	$(BUILD)
	$(BUILT)/bench $(BENCH)

clean:  ## forget every build product
	swift package clean
	rm -rf .build/example $(DOCS)

.PHONY: help deps build demo check check-long sanitize oracle oracle-libvirt docs lint fmt libvirt-vectors completions diagnostics install uninstall portable deb rpm try-deb bench clean
