.PHONY: setup demo test test-fast check dist bench bench-quick bench-reading bench-forms bench-hands bench-adapt calibrate bench-serving docs notebooks clean
PYTHON ?= python3
BIN = .venv/bin
# PyTorch's build: `cpu` from PyTorch's own index, or `default`, the package index's, which brings CUDA on Linux.
TORCH ?= $(if $(wildcard /proc/driver/nvidia/version),default,cpu)
PYTORCH_INDEX = https://download.pytorch.org/whl/cpu

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(if $(filter cpu,$(TORCH)),$(BIN)/pip install -q --no-deps --index-url $(PYTORCH_INDEX) --retries 0 --timeout 5 -c constraints.txt torch || echo "no CPU build from $(PYTORCH_INDEX); taking the package index's PyTorch")
	$(BIN)/pip install -q -c constraints.txt -e ".[learn,serve,pdf,dev]" && $(BIN)/python -m compileall -q src && touch .venv/ready

demo: setup
	$(BIN)/inkdigits train mlp-dropout --data uci --out runs/demo --overwrite && $(BIN)/inkdigits evaluate runs/demo && $(BIN)/inkdigits report runs/demo && $(BIN)/inkdigits export runs/demo runs/demo/network.onnx --overwrite
	@echo "Draw for it, look inside, teach it, train others: $(BIN)/inkdigits serve --model runs/demo/network.onnx"
	@if [ -t 0 ]; then $(BIN)/inkdigits serve --model runs/demo/network.onnx; fi

test: setup
	$(BIN)/pytest -n auto --cov

test-fast: setup
	$(BIN)/pytest -n auto -m "not slow and not browser"

check: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/python scripts/check_structure.py

dist: setup
	$(BIN)/python -m build --no-isolation

bench: setup
	$(BIN)/python benchmarks/training_speed.py && $(BIN)/python benchmarks/training_cost.py

bench-quick: setup
	$(BIN)/python benchmarks/training_speed.py --quick

bench-reading: setup
	$(BIN)/python benchmarks/reading.py && $(BIN)/python benchmarks/reading_speed.py

bench-forms: setup
	$(BIN)/python benchmarks/forms.py

bench-hands: setup
	$(BIN)/python benchmarks/hands.py

# Networks that never saw the writers: BASE=FOLDER with digits.onnx and lines-*.onnx, such as those of 0.1.0.
bench-adapt: setup
	$(BIN)/python benchmarks/adaptation.py --base $(BASE)

calibrate: setup
	$(BIN)/python benchmarks/confidence.py

bench-serving: setup
	$(BIN)/python benchmarks/serving_speed.py

docs: setup
	$(BIN)/python docs/build.py && $(BIN)/python docs/build_site.py && $(BIN)/python docs/run_examples.py

notebooks: setup
	$(BIN)/python scripts/run_notebooks.py

clean:
	rm -rf .venv benchmarks/.environments build dist runs .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
