#!/usr/bin/env bash
# Installs the brokers beside which the benchmark measures Liaison, from Debian's packages. The benchmark starts its own
# private instances, so no service of the packages may run: none is started during the installation, and none at the
# next start of the machine. Without root or apt it changes nothing and says so: those systems are then not measured.
set -euo pipefail

# command → package and service; Debian puts servers into /usr/sbin, which is not on everybody's path.
brokers=(rabbitmq-server nats-server mosquitto)
PATH="$PATH:/usr/sbin"

missing=()
for broker in "${brokers[@]}"; do
  command -v "$broker" >/dev/null || missing+=("$broker")
done

if [ ${#missing[@]} -eq 0 ]; then
  echo 'bench/setup: everything is there'
  exit 0
elif ! command -v apt-get >/dev/null; then
  echo "bench/setup: no apt-get here, going on without: ${missing[*]}" >&2
  exit 0
elif [ "$(id -u)" -ne 0 ]; then
  echo "bench/setup: not root, going on without: ${missing[*]}" >&2
  echo 'bench/setup: to install them: sudo bench/setup.sh' >&2
  exit 0
fi

# The port mapper that comes with RabbitMQ is a service too, unless it was here before.
services=("${missing[@]}")
command -v epmd >/dev/null || services+=(epmd.socket epmd)

# Debian's own switch: 101 means "do not start services". A container image often has it already.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null; }; then
  echo "bench/setup: apt-get failed, going on without: ${missing[*]}" >&2
  exit 0
fi
if command -v systemctl >/dev/null; then
  systemctl disable --quiet "${services[@]}" || true
fi
echo "bench/setup: installed ${missing[*]}"
