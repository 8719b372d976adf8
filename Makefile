# hongxian. On a fresh Debian 12 with Go, Node, git and gcc the targets install
# whatever else they need themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help run build page check test test-go test-web bench bundle bundle-test kills soak clean

# Real data that some tests read; it is not part of the project.
export HONGXIAN_REALDATA ?= $(abspath ../shared/realdata)

LISTEN ?= 127.0.0.1:8080
GO_FILES := $(shell git ls-files -co --exclude-standard '*.go')
PAGE_FILES := $(shell git ls-files -co --exclude-standard web | grep -v '^web/\(dist\|test\)/')

help: ## 显示各目标 / list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

run: ## 安装所缺、构建、载入示意县、启动服务 / install what is missing, build, load the schematic county, serve
	.ci/deps run
	$(MAKE) build
	bin/hongxian demo
	exec bin/hongxian serve --listen $(LISTEN)

build: web/dist/index.html ## 构建网页和程序 / build the page and bin/hongxian
	go build -buildvcs=auto -o bin/hongxian ./cmd/hongxian

page: web/dist/index.html ## 构建网页 / build the page

web/dist/index.html: web/node_modules/.stamp $(PAGE_FILES)
	cd web && npm run build
	touch $@

web/node_modules/.stamp: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

check: web/node_modules/.stamp ## 格式、静态检查、分层 / format, vet, lint, layering, generated files
	@unformatted=$$(gofmt -l $(GO_FILES)); [ -z "$$unformatted" ] || { echo "not gofmt'ed: $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test ./internal ./internal/openapi
	.ci/deps check
	shellcheck -x .bundle/build .bundle/command .bundle/install .bundle/test .bundle/test-inside .bundle/test-systemd .ci/deps .ci/e2e .ci/run
	cd web && npm run lint && npm run types:check

test: test-go test-web ## 全部测试 / all tests, Go and web, on real PostGIS, GDAL and Chromium

test-go: web/dist/index.html
	.ci/deps test
	go run ./internal/pgtest/cluster go test -timeout 20m -p 3 -vet=off ./... # check vets more

test-web: build
	.ci/deps test
	cd web && npm test
	cd web && npm run e2e -- trouble
	.ci/e2e

SCALES ?= 1 10 100
bench: ## 性能对照，三种规模 / benchmarks beside the naive way
	.ci/deps test
	for scale in $(SCALES); do echo "== scale $$scale"; \
	  HONGXIAN_BENCH_SCALE=$$scale go run ./internal/pgtest/cluster \
	    go test -p 1 -timeout 90m -run '^$$' -bench '^Benchmark(Check|Service)$$' -benchtime 5s ./internal/overlap ./cmd/hongxian; \
	  HONGXIAN_BENCH_SCALE=$$scale go run ./internal/pgtest/cluster \
	    go test -timeout 60m -p 1 -run '^$$' -bench . -benchtime 2x ./internal/change ./internal/coverage; \
	  HONGXIAN_BENCH_SCALE=$$scale go run ./internal/pgtest/cluster \
	    go test -timeout 60m -run '^$$' -bench PreparedTable -benchtime 20x ./internal/township; \
	  HONGXIAN_BENCH_SCALE=$$scale go run ./internal/pgtest/cluster \
	    go test -timeout 60m -run '^$$' -bench Draft -benchtime 1x ./internal/township; \
	  HONGXIAN_BENCH_SCALE=$$scale go run ./internal/pgtest/cluster \
	    go test -timeout 90m -run '^$$' -bench BakeCounty -benchtime 1x ./tiles; done
	go run ./internal/pgtest/cluster go test -run '^$$' -bench '^BenchmarkTiles$$' -benchtime 5x ./cmd/hongxian
	go run ./internal/pgtest/cluster go test -timeout 60m -run '^$$' -bench BakeOutputAreas -benchtime 1x ./tiles
	go run ./internal/pgtest/cluster go test -timeout 60m -run '^$$' -bench '^BenchmarkIntake$$' -benchtime 3x ./cmd/hongxian
	go test -timeout 60m -run '^$$' -bench HostilePaths -benchtime 1x ./internal/httpapi
	$(MAKE) build && HONGXIAN_E2E_SCALE=10 .ci/e2e tasks --repeat-each 3

KILLS ?= 200
kills: ## 工作中随机 kill -9 服务与数据库 / kill -9 server and database at random moments of work: KILLS=200
	.ci/deps test
	HONGXIAN_KILLS=$(KILLS) go test -timeout 180m -run '^$$' -bench '^BenchmarkKills$$' -benchtime 1x ./cmd/hongxian

MINUTES ?= 60
soak: ## 持续负载下的内存、连接、临时文件 / memory, connections, temporary files under lasting load: MINUTES=60
	.ci/deps test
	HONGXIAN_SOAK_MINUTES=$(MINUTES) go test -timeout 600m -run '^$$' -bench '^BenchmarkSoak$$' -benchtime 1x ./cmd/hongxian

VERSION ?= $(shell git describe --tags --always --dirty)
ARCH ?= amd64
bundle: web/dist/index.html ## 离线安装包 / an archive that installs without a network: VERSION=… ARCH=amd64|arm64
	.bundle/build $(VERSION) $(ARCH) bin

bundle-test: web/dist/index.html ## 在干净、无网络的 Debian 12 中安装、升级、退回、卸载 / the bundle on a bare Debian 12 without a network (root)
	.ci/deps bundle
	.bundle/test

clean: ## 删除构建产物 / remove what was built
	rm -rf bin web/node_modules
	git clean -fdXq web/dist
