#!/usr/bin/env bash
# Builds and tests everything. Installs the servers the tests start, where it may; without them and without
# Docker the tests that need them say so and are skipped. Ends with one line: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")"

have() { command -v "$1" >/dev/null 2>&1; }
native_servers() { have redis-server && have rabbitmq-server && compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

if ! docker info >/dev/null 2>&1 && ! native_servers; then
  if have apt-get && [ "$(id -u)" -eq 0 ]; then
    echo "Installing Redis, Postgres and RabbitMQ for the tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends redis-server postgresql rabbitmq-server >/dev/null
  else
    echo "No Docker and no native servers: tests that need Redis, Postgres or RabbitMQ will be skipped."
  fi
fi

# The samplers and importances are held against Optuna's, and the sample of a study trains with PyTorch.
if ! /usr/bin/python3 -c 'import optuna, sklearn, torch' >/dev/null 2>&1 && have apt-get && [ "$(id -u)" -eq 0 ]; then
  echo "Installing Optuna and PyTorch for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends python3-optuna python3-sklearn python3-torch >/dev/null ||
    echo "No Optuna or PyTorch: tests that need them will be skipped."
fi

# The Python client is tested, type-checked and packaged with Debian's tools.
if ! /usr/bin/python3 -c 'import pytest, mypy, build, hatchling, numpy' >/dev/null 2>&1 && have apt-get && [ "$(id -u)" -eq 0 ]; then
  echo "Installing pytest, mypy and hatchling for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends python3-pytest python3-mypy python3-build python3-hatchling python3-numpy >/dev/null ||
    echo "No pytest, mypy or hatchling: tests of the Python client will be skipped."
fi

# The dashboard is looked at in a real browser.
if ! have chromium && ! have google-chrome && have apt-get && [ "$(id -u)" -eq 0 ]; then
  echo "Installing Chromium for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
    echo "No Chromium: tests of the dashboard in a browser will be skipped."
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

status=0
# With its compiler kept running the build takes a third of the time; it is stopped again, so that nothing is left.
dotnet build Aspire.sln --configuration Release --nologo --verbosity quiet -p:UseSharedCompilation=true || status=$?
dotnet build-server shutdown --vbcscompiler >/dev/null || true
if [ "$status" -eq 0 ]; then
  # The tests start some hundred short-lived processes: code that is compiled faster matters more to them than faster code.
  export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
  # One test project at a time: they start servers and train models, and two cores are soon full.
  dotnet test Aspire.sln --configuration Release --no-build --nologo --logger trx --results-directory "$results" -m:1 \
    --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none || status=$?
fi

count() {
  find "$results" -name '*.trx' -exec sed -n 's/.*<Counters .*/&/p' {} + |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}
total=$(count total) passed=$(count passed) executed=$(count executed)
failed=$((executed - passed))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "The build or the test run itself failed; see above."
  failed=1
fi
echo "$passed passed, $failed failed, $((total - executed)) skipped"
exit "$status"
