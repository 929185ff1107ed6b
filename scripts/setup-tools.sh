#!/usr/bin/env bash
# Installs the Debian packages that Liaison's tests compare themselves with, and the library that the pinned runtime needs.
# Without root or apt it changes nothing and says so: tests that need a missing tool are then skipped, and counted as such.
set -euo pipefail

# command or library → package
declare -A packages=([jose]=jose [strace]=strace [faketime]=faketime [openssl]=openssl [protoc]=protobuf-compiler)
# What the client of test/interop is made of; Debian's own Python has its modules from Debian.
python=(python3-cryptography python3-protobuf python3-websockets)

missing=()
for tool in "${!packages[@]}"; do
  command -v "$tool" >/dev/null || missing+=("${packages[$tool]}")
done
if ! /usr/bin/python3 -c 'import cryptography, google.protobuf, websockets' 2>/dev/null; then
  missing+=("${python[@]}")
fi
# Node 26 is linked against libatomic, which slim images of Debian do not have.
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f='${Status}' libatomic1 2>/dev/null | grep -q 'ok installed' || missing+=(libatomic1)
fi

# Go's own checksum database has the formats of our log.
command -v go >/dev/null || missing+=(golang-go)
[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ] || missing+=(golang-golang-x-mod-dev)

if [ ${#missing[@]} -eq 0 ]; then
  echo 'setup-tools: everything is there'
elif ! command -v apt-get >/dev/null; then
  echo "setup-tools: no apt-get here, going on without: ${missing[*]}" >&2
elif [ "$(id -u)" -ne 0 ]; then
  echo "setup-tools: not root, going on without: ${missing[*]}" >&2
  echo "setup-tools: to install them: sudo apt-get install ${missing[*]}" >&2
else
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null; then
    echo "setup-tools: installed ${missing[*]}"
  else
    echo "setup-tools: apt-get failed, going on without: ${missing[*]}" >&2
  fi
fi
