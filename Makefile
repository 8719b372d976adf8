# hongxian: what a new machine needs is installed by the targets themselves.
.PHONY: help build run check test bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
