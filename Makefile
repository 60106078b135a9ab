# `make run` and `make test` do their own set-up, also on a bare Debian and with an empty environment.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Started without an environment there may be no PATH, no HOME and the C locale.
export PATH := $(or $(PATH),/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
export HOME := $(or $(HOME),$(shell getent passwd "$$(id -u)" | cut -d: -f6),/tmp)
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1

BIN := .venv/bin
PACKAGES := extractors pipeline flows

.PHONY: help run test lint ready debian bench catalogue lock clean

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: ready ## 处理示例邮箱（samples/mailbox），结果写入 workspace
	@$(BIN)/zhongshi run samples/mailbox --workspace workspace

test: ready debian ## 检查代码并运行全部测试
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest

lint: ready ## ruff 和 mypy
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(PACKAGES)

bench: ready debian ## 测量性能与准确率，结果写入 benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/accuracy.py
	@$(BIN)/python benchmarks/hard_cells.py
	@$(BIN)/python benchmarks/calibrate.py --check
	@$(BIN)/python benchmarks/cascade.py
	@$(BIN)/python benchmarks/speed.py
	@$(BIN)/python benchmarks/electronic.py
	@$(BIN)/python benchmarks/alterations.py
	@$(BIN)/python benchmarks/seals.py
	@$(BIN)/python benchmarks/intake.py

catalogue: ready ## 更新英文文本目录
	@$(BIN)/python tools/catalogue.py

ready: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml tools/venv.sh
	@tools/venv.sh

debian:
	@tools/debian.sh

lock: ready ## 重新生成 requirements.lock
	@tools/lock.sh

clean: ## 删除 .venv 和 workspace
	rm -rf .venv workspace
