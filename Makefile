# `make ci` runs the pipeline on the example, `make test` the tests; both set up what they need.
# A folder of NuGet packages; `none` or nothing: the packages come from the application's own sources.
FEED ?= $(PIPELINE_NUGET_FEED)
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
# The machine's own certificates, for proxies that look into TLS; uv 0.9 knows the second name, later ones the first.
export UV_SYSTEM_CERTS ?= 1
export UV_NATIVE_TLS ?= 1
RUN := $(UV) run --frozen --quiet

.PHONY: ci test lint types check plan

ci: $(UV)
	$(RUN) pipeline ci examples/incidents $(if $(filter-out none,$(FEED)),--nuget-feed '$(FEED)')

plan: $(UV)
	$(RUN) pipeline plan examples/incidents

# A file's tests share what they built, so they stay together; engine and compilers want cores of their own.
test: $(UV)
	$(RUN) pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(UV)
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: $(UV)
	$(RUN) mypy

check: lint types test

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
