# The front door; CMake does the work (cmake --list-presets). `make help` lists what there is.
SETUP  := scripts/setup.sh
PREFIX ?= /usr/local
JOBS   ?= $(shell nproc)
TIME   ?= 600
BENCH  ?= all
DEMO   := build/fast/spiqe train qsnn --epochs 3

# setup.sh puts a newer CMake here where the system's is too old.
export PATH := $(CURDIR)/build/tools/bin:$(PATH)

# $(call made,PRESET): configure, compile.
made = cmake --preset $(1) --log-level=WARNING && cmake --build --preset $(1) -j $(JOBS)

.DEFAULT_GOAL := help
.PHONY: help demo build test install bench results fuzz docs format clean setup setup-test

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: build ## train a network on handwritten digits and write a report (under 60 s)
	@$(DEMO)

build: setup ## the optimised program, build/fast/spiqe, and the benchmarks
	@$(call made,fast)

test: setup-test ## every test: with address, undefined-behaviour and thread sanitizers, and fuzzing
	@$(call made,tsan)
	@$(call made,fuzz)
	@$(call made,dev)
	@mkdir -p build/all
	@printf 'subdirs("%s")\n' $(CURDIR)/build/tsan $(CURDIR)/build/fuzz $(CURDIR)/build/dev \
	  > build/all/CTestTestfile.cmake
	@ctest --test-dir build/all -j $(JOBS) --output-on-failure --no-tests=error

install: build ## program, library, headers, models to PREFIX=/usr/local
	@cmake --install build/fast --prefix "$(PREFIX)"

bench: build ## all benchmarks, or one by BENCH=name; results in build/bench/NAME.jsonl
	@scripts/bench.sh "$(BENCH)"

results: ## docs/results.md, from what the benchmarks measured last
	@python3 scripts/results.py

fuzz: setup-test ## search for input that crashes, TIME=600 seconds for each kind of file
	@$(call made,fuzz)
	@SPIQE_FUZZ_SECONDS=$(TIME) ctest --preset fuzz -j $(JOBS)

docs: ## the reference in docs/reference, made from the headers
	@python3 scripts/reference.py

format: ## clang-format over all C
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean: ## remove all that was built
	@rm -rf build

setup:
	@$(SETUP) build

setup-test:
	@$(SETUP) build test
