# The same as `python3 scripts/dev.py …`, for fingers that are used to make.
PYTHON ?= python3

.PHONY: demo test check release

demo test check:
	$(PYTHON) scripts/dev.py $@

release:
	$(PYTHON) scripts/dev.py release $(VERSION)
