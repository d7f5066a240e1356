# make            builds bin/p2p-miner and bin/p2p-console
# make run        builds and mines RandomX against the built-in practice pool
# make check      builds and runs the tests that need no root, no daemon and little time
# make test       builds and runs every test
# make soak       the long tests of several hosts for ten minutes each
# make bench      measures, and prints what docs/dev/benchmarks.md records; BENCH="fanout" takes one of them, BENCH=--help lists them
# make deb        builds the Debian packages dist/*.deb; ARCHITECTURES=amd64 one of them
# make test-deb   tries them: the same from another folder, lintian, a life in Debian 12, also emulated for arm64, and a cluster during an upgrade; needs root
# make format     lays code out; make format-check says what it would change of native/, and of the white space of C#
# make compat-base  records what this version writes, as the base that later ones must read; see docs/dev/compatibility.md
# make fuzz       RandomX programs out of arbitrary bytes, interpreted and compiled, for FUZZ_SECONDS; FUZZ_CXX=clang++-14 for one with libFuzzer
CONFIGURATION ?= Release
NATIVE        := build/native/libp2ph.so
DOTNET_QUIET  := -v q --nologo
FUZZ_SECONDS  ?= 300
ARCHITECTURES ?= amd64 arm64
# The version of Debian 12, which native/.clang-format is for.
CLANG_FORMAT  := 14
NATIVE_SOURCES = git ls-files 'native/*.cpp' 'native/*.h' ':!native/include' # the public header is laid out by hand
FUZZ_CXX      ?= $(notdir $(or $(shell command -v clang++),g++))

MAKEFLAGS += --no-print-directory
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: all build native deps deps-test run check test compat-base soak bench deb test-deb fuzz format format-check clean

all: build

deps:
	@packaging/deps.sh

deps-test:
	@packaging/deps.sh test

native: deps
	@cmake -S native -B build/native -DCMAKE_BUILD_TYPE=Release -DP2PH_TESTS=OFF -DP2PH_BENCH=OFF >/dev/null
	@cmake --build build/native --parallel $$(nproc)

build: native
	dotnet publish silo $(DOTNET_QUIET) -c $(CONFIGURATION) -o bin
	dotnet publish client $(DOTNET_QUIET) -c $(CONFIGURATION) -o bin
	@install -m 755 packaging/deb/p2p-miner-unmineable bin/p2p-miner-unmineable-rx
	@install -m 755 packaging/deb/p2p-miner-unmineable bin/p2p-miner-unmineable-gr

run: build
	bin/p2p-miner --practice --bind 127.0.0.1

check: native
	@tests/check.sh $(CONFIGURATION)

test: deps-test
	@tests/run.sh $(CONFIGURATION)

compat-base: native
	@packaging/test/compat-base.sh $(CONFIGURATION)

soak: deps-test native
	@cmake -S native -B build/native -DCMAKE_BUILD_TYPE=Release -DP2PH_TESTS=ON >/dev/null
	@cmake --build build/native --target p2ph_faulty --parallel $$(nproc)
	dotnet build tests/EndToEnd $(DOTNET_QUIET) -c $(CONFIGURATION)
	SOAK_MINUTES=10 dotnet run --project tests/EndToEnd -c $(CONFIGURATION) --no-build -- -class "*SoakTests" -showliveoutput
	SOAK_MINUTES=10 dotnet run --project tests/Silo -c $(CONFIGURATION) -- -class "*AnyRequestTests"

bench: deps-test build
	@cmake -S native -B build/native -DCMAKE_BUILD_TYPE=Release -DP2PH_TESTS=OFF -DP2PH_BENCH=ON >/dev/null
	@cmake --build build/native --target p2ph_randomx_bench --parallel $$(nproc)
	dotnet run --project tests/Benchmarks -c Release -- $(BENCH)

deb: native
	@packaging/deps.sh deb
	@packaging/deb.sh $(ARCHITECTURES)

test-deb: deb deps-test
	@packaging/deps.sh test-deb
	@packaging/test/debian.sh
	@cmake -S native -B build/native -DCMAKE_BUILD_TYPE=Release -DP2PH_TESTS=ON >/dev/null
	@cmake --build build/native --target p2ph_faulty --parallel $$(nproc)
	@packaging/test/compat.sh $(CONFIGURATION)

fuzz: deps-test
	@cmake -S native -B build/native-fuzz-$(FUZZ_CXX) -DCMAKE_CXX_COMPILER=$(FUZZ_CXX) -DCMAKE_BUILD_TYPE=RelWithDebInfo -DP2PH_TESTS=OFF -DP2PH_FUZZ=ON >/dev/null
	@cmake --build build/native-fuzz-$(FUZZ_CXX) --target p2ph_fuzz_programs --parallel $$(nproc)
	cd build/native-fuzz-$(FUZZ_CXX) && fuzz/p2ph_fuzz_programs -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=4096

format:
	dotnet format P2PMiner.sln
	$(NATIVE_SOURCES) | xargs clang-format -i

# Another version of clang-format breaks lines otherwise, so that there is nothing to say with it.
format-check:
	@dotnet format whitespace P2PMiner.sln --verify-no-changes
	@if clang-format --version 2>/dev/null | grep -q ' version $(CLANG_FORMAT)\.'; then \
	    $(NATIVE_SOURCES) | xargs clang-format --dry-run -Werror; \
	else echo "format-check: skipped, because clang-format is not there in version $(CLANG_FORMAT)"; fi

clean:
	rm -rf artifacts build bin dist
